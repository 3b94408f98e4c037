# Keyflow with native TensorFlow for the processor. What builds it stays behind.
FROM node:22-bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ python3 python3-pip ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/keyflow
ENV XDG_CACHE_HOME=/opt/cache
COPY . .
RUN node setup/setup.mjs --cpu \
 && npm prune --omit=dev --ignore-scripts \
 && node dist/io/cli/main.js --version

FROM node:22-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/keyflow
COPY --from=build /opt/cache/keyflow /opt/cache/keyflow
COPY --from=build /opt/keyflow/node_modules node_modules
COPY --from=build /opt/keyflow/dist dist
COPY --from=build /opt/keyflow/models models
COPY --from=build /opt/keyflow/package.json package.json
ENV NODE_ENV=production XDG_CACHE_HOME=/tmp/cache
RUN ln -s /opt/keyflow/dist/io/cli/main.js /usr/local/bin/keyflow
RUN mkdir -p /data && chown node:node /data
USER node
WORKDIR /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:7860/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["keyflow"]
CMD ["serve", "--host", "0.0.0.0"]

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { declarations } from '../../src/io/cli/declarations.js'
import { spelt } from '../../src/io/cli/option.js'
import { root } from './entries.js'

const text = (path: string): string => readFileSync(join(root, path), 'utf8')
const dockerfile = text('Dockerfile')

it('the image does not run as root, and asks for its health where the server listens', () => {
  expect(dockerfile.match(/^USER (.*)$/gm)).toEqual(['USER node'])
  expect(dockerfile.lastIndexOf('USER node')).toBeGreaterThan(dockerfile.lastIndexOf('FROM'))
  const [, port] = /default (\d+)/.exec(declarations.serve.options.port.summary)!
  expect(dockerfile).toContain(`EXPOSE ${port}`)
  expect(dockerfile).toMatch(new RegExp(`HEALTHCHECK[^]*127\\.0\\.0\\.1:${port}/healthz`))
  expect(readFileSync(join(root, 'src/server/http/routes.ts'), 'utf8')).toContain("'/healthz'")
})

it('what the image copies is there, but for what its build makes', () => {
  const copied = [...dockerfile.matchAll(/^COPY --from=build \/opt\/keyflow\/(\S+)/gm)].map(([, path]) => path)
  expect(copied.toSorted()).toEqual(['dist', 'models', 'node_modules', 'package.json'])
})

it('the compose file starts a command with options that there are', () => {
  const { services } = parse(text('compose.yaml')) as {
    services: { keyflow: { command: Array<string>; ports: Array<string> } }
  }
  const [command, ...args] = services.keyflow.command
  expect(command).toBe('serve')
  const known = Object.keys(declarations.serve.options).map((name) => `--${spelt(name)}`)
  for (const arg of args.filter((a) => a.startsWith('--'))) expect(known).toContain(arg)
  expect(services.keyflow.ports).toEqual(['127.0.0.1:7860:7860'])
})

it('the forms of issues can be read, and ask what runs', () => {
  const folder = '.github/ISSUE_TEMPLATE'
  for (const name of readdirSync(join(root, folder)).filter((n) => n !== 'config.yml')) {
    const form = parse(text(join(folder, name))) as { name: string; description: string; body: Array<{ id?: string }> }
    expect([form.name, form.description].every((s) => s.length > 0)).toBe(true)
    expect(form.body.map(({ id }) => id)).toContain('doctor')
  }
  expect(parse(text('CITATION.cff'))).toMatchObject({
    'cff-version': '1.2.0',
    version: JSON.parse(text('package.json')).version
  })
})

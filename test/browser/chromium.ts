/** Debian's chromium, where there is one. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

export const executable = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome'
].find((path): path is string => path !== undefined && existsSync(path))

/** Says once why tests of a browser do not run. */
export const sayWhy = (): void => {
  if (executable === undefined)
    process.stderr.write('skipped: no chromium (set CHROMIUM, or apt-get install chromium)\n')
}

/** Starts it without a window; WebGL is drawn by the processor. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executable!,
    timeout: 200_000,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--enable-unsafe-webgpu']
  })

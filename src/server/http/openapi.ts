/**
 * The OpenAPI document of declared routes.
 *
 * @since 0.1.0
 */
import { Refusal } from './refusal.js'
import type { Carried, Route } from './route.js'
import { type Schema, schemaOf } from './schema.js'

const content = ({ type, codec }: Carried): Schema => ({
  [type]: { schema: codec === undefined ? { type: 'string', format: 'binary' } : schemaOf(codec) }
})

const parameters = ({ path, query = {} }: Route): ReadonlyArray<Schema> => [
  ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' }
  })),
  ...Object.entries(query).map(([name, description]) => ({
    name,
    in: 'query',
    description,
    schema: { type: 'string' }
  }))
]

const operation = (id: string, route: Route): Schema => ({
  operationId: id,
  summary: route.summary,
  parameters: parameters(route),
  ...(route.open === true ? { security: [] } : {}),
  ...(route.takes === undefined ? {} : { requestBody: { required: true, content: content(route.takes) } }),
  responses: Object.fromEntries([
    ...Object.entries(route.gives).map(([status, given]) => [
      status,
      { description: given.about, ...(given.type === '' ? {} : { content: content(given) }) }
    ]),
    ...route.refuses.map((status) => [String(status), { $ref: '#/components/responses/Refused' }])
  ])
})

/**
 * The document, as plain JSON data, after OpenAPI 3.1.
 *
 * @category interpreters
 * @since 0.1.0
 */
export const openapi = (routes: Readonly<Record<string, Route>>, version: string): Schema => {
  const paths = [...new Set(Object.values(routes).map(({ path }) => path))]
  const at = (path: string) =>
    Object.fromEntries(
      Object.entries(routes)
        .filter(([, route]) => route.path === path)
        .map(([id, route]) => [route.method, operation(id, route)])
    )
  return {
    openapi: '3.1.0',
    info: {
      title: 'Keyflow',
      version,
      description: 'Motion transfer: files over HTTP, live over a WebSocket at /api/live.'
    },
    security: [{ token: [] }],
    paths: Object.fromEntries(paths.map((path) => [path, at(path)])),
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      responses: {
        Refused: {
          description: 'Refused, with where and why',
          content: { 'application/problem+json': { schema: schemaOf(Refusal) } }
        }
      }
    }
  }
}

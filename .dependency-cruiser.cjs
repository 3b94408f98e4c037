/**
 * Which part of the program may know which: nodes know nothing of graphs, graphs nothing of streams, and nobody but
 * the edge knows of files. One module names the engine. Commands take from each room what its index lists, and the indexes are
 * what a user of the package can take. A cycle counts if it is one at run time.
 */
const only = (name, from, to) => ({ name, severity: 'error', from, to })

module.exports = {
  forbidden: [
    only('nodes-stand-alone', { path: '^src/nodes/' }, { path: '^src/(graphs|streams|io)/' }),
    only('graphs-know-nodes', { path: '^src/graphs/' }, { path: '^src/(streams|io)/' }),
    only('streams-know-graphs-and-nodes', { path: '^src/streams/' }, { path: '^src/io/' }),
    only('properties-know-nodes-graphs-streams', { path: '^src/properties/' }, { path: '^src/(io|client|server|browser|studio)/' }),
    only('nobody-knows-properties', { path: '^src/', pathNot: '^src/properties/' }, { path: '^src/properties/' }),
    only('fast-check-is-of-properties', { path: '^src/', pathNot: '^src/properties/' }, { path: 'node_modules/fast-check/' }),
    only(
      'one-module-names-the-engine',
      { path: '^src/', pathNot: '^src/nodes/(tf|native|engine|engine-node|engine-browser)[.]ts$' },
      { path: '(^|node_modules/)@tensorflow/' }
    ),
    only(
      'commands-use-what-users-use',
      { path: '^src/io/commands/' },
      { path: '^src/((nodes|graphs|streams)|io/(?!cli/|commands/)[^/]+)/', pathNot: '/index[.]ts$' }
    ),
    only('entries-list-what-is-theirs', { path: '^src/index[.]ts$' }, { path: '^src/', pathNot: '/index[.]ts$' }),
    only('src-stands-alone', { path: '^src/' }, { path: '^(setup|test|properties|bench)/' }),
    only('no-cycles', {}, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    only('everything-resolves', { path: '^src/' }, { couldNotResolve: true })
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] }
  }
}

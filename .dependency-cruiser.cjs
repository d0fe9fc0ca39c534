// Layers of ARCHITECTURE.md, enforced. Features lean on one another only down the chain
// analysis, deblur, talking-head, expression -> compositing -> capture -> media, inference.
// Sounds for tests of speech are spoken by the digital actor, whose phones are known to the millisecond.
const TEST_SUPPORT = '^src/engine/speech/testing/';
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from, pathNot: ['\\.test(-support)?\\.ts$', TEST_SUPPORT] },
  to: { path: '^src/', pathNot: allowed },
});
const wrapper = (name, pkg, home) => ({
  name: `only-${home}-imports-${name}`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/engine/${home}/` },
  to: { path: `node_modules/${pkg}` },
});
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('core-is-pure', '^src/core/', ['^src/core/'], 'core imports nothing else in src'),
    {
      name: 'core-no-node',
      severity: 'error',
      from: { path: '^src/core/', pathNot: '\\.test(-support)?\\.ts$' },
      to: { dependencyTypes: ['core'] },
    },
    only('contract-on-core', '^src/contract/', ['^src/core/', '^src/contract/'], 'contract imports core only'),
    only('media', '^src/engine/media/', ['^src/core/', '^src/contract/', '^src/engine/media/'], 'media is a leaf'),
    only(
      'inference',
      '^src/engine/inference/',
      ['^src/core/', '^src/contract/', '^src/engine/inference/'],
      'inference is a leaf',
    ),
    only('store', '^src/engine/store/', ['^src/core/', '^src/contract/', '^src/engine/store/'], 'store is a leaf'),
    only(
      'capture',
      '^src/engine/capture/',
      ['^src/core/', '^src/contract/', '^src/engine/(capture|media|inference)/'],
      'capture leans on media and inference',
    ),
    only(
      'compositing',
      '^src/engine/compositing/',
      ['^src/core/', '^src/contract/', '^src/engine/(compositing|capture|media|inference)/'],
      'compositing leans on capture',
    ),
    only(
      'expression',
      '^src/engine/expression/',
      ['^src/core/', '^src/contract/', '^src/engine/(expression|compositing|capture|media|inference)/'],
      'expression leans on compositing',
    ),
    only(
      'talking-head',
      '^src/engine/talking-head/',
      ['^src/core/', '^src/contract/', '^src/engine/(talking-head|compositing|capture|media|inference)/'],
      'talking-head leans on compositing; what was heard comes as a core speech track',
    ),
    only(
      'deblur',
      '^src/engine/deblur/',
      ['^src/core/', '^src/contract/', '^src/engine/(deblur|compositing|capture|media|inference)/'],
      'deblur leans on compositing',
    ),
    only(
      'analysis',
      '^src/engine/analysis/',
      ['^src/core/', '^src/contract/', '^src/engine/(analysis|compositing|capture|media|inference)/'],
      'analysis leans on compositing',
    ),
    only(
      'digital-actor',
      '^src/engine/digital-actor/',
      ['^src/core/', '^src/contract/', '^src/engine/(digital-actor|capture/face-model|media|inference)/'],
      'the digital actor stands on the face model, not on the tracker that it measures',
    ),
    only(
      'interchange',
      '^src/engine/interchange/',
      ['^src/core/', '^src/contract/', '^src/engine/(interchange|capture|media)/'],
      'interchange writes what capture and media give',
    ),
    only(
      'speech',
      '^src/engine/speech/',
      ['^src/core/', '^src/contract/', '^src/engine/(speech|media|inference)/'],
      'speech listens; it knows no faces',
    ),
    only(
      'jobs',
      '^src/engine/jobs/',
      ['^src/core/', '^src/contract/', '^src/engine/(jobs|store|media)/'],
      'jobs know the store, not the features',
    ),
    only(
      'cli',
      '^src/cli/',
      ['^src/core/', '^src/contract/', '^src/cli/', '^src/host/', '^src/engine/services/'],
      'cli speaks to services',
    ),
    only(
      'host',
      '^src/host/',
      ['^src/core/', '^src/contract/', '^src/host/', '^src/engine/services/'],
      'host speaks to services',
    ),
    only(
      'renderer',
      '^src/renderer/',
      ['^src/core/', '^src/contract/', '^src/renderer/'],
      'the interface knows the contract, never the engine',
    ),
    only(
      'main',
      '^src/main/',
      ['^src/core/', '^src/contract/', '^src/host/', '^src/main/', '^src/engine/services/engine/user-folder\\.ts$'],
      'the desktop shell hosts the engine and never loads it',
    ),
    only('preload', '^src/preload/', ['^src/contract/desktop\\.ts$', '^src/preload/'], 'preload scripts are tiny'),
    {
      name: 'only-the-shell-knows-electron',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|preload)/|\\.test\\.ts$' },
      to: { path: 'node_modules/electron/' },
    },
    wrapper('node-av', 'node-av', 'media'),
    wrapper('onnxruntime', 'onnxruntime-node', 'inference'),
    wrapper('sqlite', '(better-sqlite3|kysely)', 'store'),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};

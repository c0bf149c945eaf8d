/**
 * Which package may import which. Dependencies point one way: programs and pages at the top, formats at the bottom.
 * `testing` is left out: it starts the real server, and only tests may import it.
 */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  console: ['api', 'dump', 'insights', 'privacy'],
  server: ['api', 'canary', 'dump', 'insights', 'privacy'],
  canary: ['api', 'dump', 'privacy'],
  insights: ['dump'],
  privacy: ['dump'],
  api: [],
  dump: [],
};

/**
 * The layers of a package, from the top to the bottom. A folder may import only folders of lower layers, not those of
 * its own layer. A folder that is not listed is an error, so add a new one here first.
 */
export const LAYERS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  server: [
    ['server'],
    ['commands'],
    ['gateway'],
    ['workers'],
    ['composition', 'admin'],
    ['canary', 'lifecycle/cure', 'lifecycle/retention', 'lifecycle/subjects', 'report'],
    ['ingest', 'upload', 'lifecycle', 'forward', 'mcp', 'overview', 'risk'],
    ['insights/parquet'],
    ['finish', 'session', 'admission', 'audit', 'foreign', 'ingest/fast-path'],
    ['dump-content'],
    [
      'catalog',
      'storage',
      'spool',
      'auth',
      'pseudonyms',
      'geolocation',
      'metrics',
      'config',
      'dump-content/dictionaries',
    ],
    ['catalog/migrations'],
    ['retry', 'net', 'keys'],
    ['log', 'files'],
    ['terminal', 'errors', 'threads'],
    ['errors/table'],
  ],
  privacy: [
    ['privacy'],
    ['verifier', 'internals'],
    ['verifier/terms'],
    ['anonymizer'],
    ['classes', 'receipt', 'scan', 'structures'],
    ['classes/ip'],
    ['text'],
    ['model'],
    ['model/vocabulary'],
    ['policy'],
    ['pseudonyms', 'addresses', 'json', 'bytes', 'events'],
    ['errors'],
  ],
  insights: [
    ['insights'],
    ['conference', 'digest', 'risk'],
    ['scores'],
    ['observations'],
    ['features', 'setup', 'signals'],
    ['comparison', 'stats'],
  ],
  canary: [['canary'], ['places', 'report'], ['gateway', 'search'], ['plan'], ['errors']],
  console: [
    ['console'],
    ['audit', 'board', 'overview', 'people'],
    ['playground', 'try-it', 'conference'],
    ['session-detail'],
    ['session-list'],
    ['plots', 'recording'],
    ['ui'],
    ['routing', 'api', 'design'],
  ],
};

/** Imports that are forbidden although the layers would allow them. */
export const FORBIDDEN: readonly { readonly from: string; readonly to: string; readonly why: string }[] = [
  ...[
    'admin',
    'admission',
    'audit',
    'auth',
    'canary',
    'catalog',
    'dump-content',
    'finish',
    'foreign',
    'forward',
    'geolocation',
    'ingest',
    'insights/parquet',
    'lifecycle',
    'lifecycle/cure',
    'lifecycle/retention',
    'lifecycle/subjects',
    'log',
    'mcp',
    'metrics',
    'net',
    'overview',
    'pseudonyms',
    'report',
    'risk',
    'session',
    'spool',
    'storage',
    'upload',
  ].map((folder) => ({
    from: `server/${folder}`,
    to: 'server/config',
    why: 'a feature declares a type for the part of the configuration it needs',
  })),
  ...['catalog', 'storage', 'spool', 'auth', 'geolocation', 'metrics', 'pseudonyms'].map((folder) => ({
    from: 'server/config',
    to: `server/${folder}`,
    why: 'the configuration knows no feature',
  })),
];

/**
 * The verifier shares no code with the anonymizer, or both would miss the same value. Outside its own folder it may
 * import only these files of the workspace, and only their types.
 */
export const VERIFIER_MAY_IMPORT_TYPES_OF = [
  'packages/privacy/src/policy/policy.ts',
  'packages/privacy/src/model/finding.ts',
];

/** Generated tables, which may be longer than 300 lines. */
export const GENERATED: readonly string[] = [];
export const MAX_LINES = 300;
export const MAX_COLUMNS = 120;

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
 * The folders of a package, from the top to the bottom: a folder may import only folders that stand on lower floors.
 * Folders on one floor do not import each other, and a folder that is not listed is an error, so a new one is placed
 * here first.
 */
export const FLOORS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  server: [
    ['server'],
    ['commands'],
    ['gateway'],
    ['workers'],
    ['composition', 'admin'],
    ['canary'],
    ['ingest', 'upload', 'lifecycle', 'forward'],
    ['finish', 'session', 'admission', 'ingest/fast-path'],
    ['catalog', 'storage', 'spool', 'auth', 'pseudonyms', 'geolocation', 'metrics', 'config'],
    ['catalog/migrations'],
    ['retry', 'net', 'keys', 'files'],
    ['log'],
    ['terminal', 'errors'],
    ['errors/table'],
  ],
  privacy: [
    ['privacy'],
    ['verifier', 'internals'],
    ['anonymizer'],
    ['classes', 'receipt', 'scan'],
    ['classes/ip'],
    ['text'],
    ['model'],
    ['policy'],
    ['pseudonyms', 'addresses', 'json', 'bytes'],
    ['errors'],
  ],
  console: [
    ['console'],
    ['board'],
    ['playground', 'try-it'],
    ['session-detail'],
    ['session-list'],
    ['plots', 'recording'],
    ['ui'],
    ['routing', 'api', 'design'],
  ],
};

/** Imports that are forbidden although the floors would allow them. */
export const FORBIDDEN: readonly { readonly from: string; readonly to: string; readonly why: string }[] = [
  ...[
    'auth',
    'canary',
    'catalog',
    'finish',
    'forward',
    'geolocation',
    'ingest',
    'lifecycle',
    'pseudonyms',
    'session',
  ].map((room) => ({
    from: `server/${room}`,
    to: 'server/config',
    why: 'a feature declares a type for the part of the configuration it needs',
  })),
  ...['admin', 'admission', 'log', 'metrics', 'net', 'spool', 'storage', 'upload'].map((room) => ({
    from: `server/${room}`,
    to: 'server/config',
    why: 'a feature declares a type for the part of the configuration it needs',
  })),
  ...['catalog', 'storage', 'spool', 'auth', 'geolocation', 'metrics', 'pseudonyms'].map((room) => ({
    from: 'server/config',
    to: `server/${room}`,
    why: 'the configuration knows no feature',
  })),
];

/**
 * The verifier shares no code with the anonymizer, or both would miss the same value. From the rest of the package it
 * may import these files, and only their types.
 */
export const VERIFIER_MAY_IMPORT_TYPES_OF = [
  'packages/privacy/src/policy/policy.ts',
  'packages/privacy/src/model/finding.ts',
];

/** Generated tables, which may be longer than 300 lines. */
export const GENERATED: readonly string[] = [];
export const MAX_LINES = 300;

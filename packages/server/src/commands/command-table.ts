import type { CommandTable } from './command.ts';

/** Every command. Each is loaded on demand, so that `token` does not wait for the code of the web server. */
export const COMMANDS: CommandTable = {
  serve: { summary: 'run the gateway', load: () => import('./serve.ts') },
  anonymize: { summary: 'anonymize dumps and recordings in files', load: () => import('./anonymize.ts') },
  verify: { summary: 'check dumps for personal data', load: () => import('./verify.ts') },
  analyze: { summary: 'say what was wrong with calls', load: () => import('./analyze.ts') },
  import: { summary: 'take over dumps of another server', load: () => import('./import.ts') },
  reanonymize: {
    summary: "read stored dumps again under today's policy, and cure them",
    load: () => import('./reanonymize.ts'),
  },
  sessions: { summary: 'list, show, export or delete recorded sessions', load: () => import('./sessions.ts') },
  subject: {
    summary: 'export or erase everything about a person or a call',
    load: () => import('./subject.ts'),
  },
  canary: {
    summary: 'send invented personal data through a running gateway and look for it',
    load: () => import('./canary.ts'),
  },
  forward: { summary: 'send the dump of a session to rtcstats.com', load: () => import('./forward.ts') },
  egress: { summary: 'list everything that left this gateway', load: () => import('./egress.ts') },
  retention: { summary: 'remove what is over its time, or list it', load: () => import('./retention.ts') },
  hold: { summary: 'keep data of a person or call in spite of its time', load: () => import('./hold.ts') },
  audit: { summary: 'list or verify the audit log', load: () => import('./audit.ts') },
  keys: { summary: 'list, change or destroy the keys of pseudonyms', load: () => import('./keys.ts') },
  report: { summary: 'write a document for the data protection officer', load: () => import('./report.ts') },
  mcp: { summary: 'give assistants tools to explain calls', load: () => import('./mcp.ts') },
  token: { summary: 'make a token for a client', load: () => import('./token.ts') },
  pseudonym: {
    summary: 'print the pseudonyms of a user, conference, session or device',
    load: () => import('./pseudonym.ts'),
  },
  migrate: { summary: 'update the tables of the catalog', load: () => import('./migrate.ts') },
  config: { summary: 'print, check, import or explain the configuration', load: () => import('./config.ts') },
  completion: { summary: 'print the completion script of a shell', load: () => import('./completion.ts') },
  man: { summary: 'print the manual page', load: () => import('./man.ts') },
};

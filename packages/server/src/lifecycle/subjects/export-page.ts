import type { SessionRow } from '../../catalog/sessions.ts';
import type { Subject } from './contract.ts';

export interface ExportedFile {
  readonly kind: 'dump' | 'session' | 'analysis' | 'forwarding';
  /** In the ZIP file. */
  readonly path: string;
}

export interface ExportedSession {
  readonly row: SessionRow;
  readonly files: readonly ExportedFile[];
  /** Whether the dump was sent to another service. */
  readonly forwarded: boolean;
}

/** What each file is, for somebody who has never heard of call statistics. */
const FILES: Readonly<Record<ExportedFile['kind'], { readonly label: string; readonly text: string }>> = {
  dump: {
    label: 'Recording of the statistics',
    text: 'What your browser reported during the call, line by line: how connections were set up, how much data was sent and lost, and how good the picture and the sound were. There is no sound, no picture and no chat text in it. Names, addresses and device names were replaced before anything was stored.',
  },
  session: {
    label: 'Entry in the list of calls',
    text: 'One record: when the call began and ended, the replaced names of you, the call and your part in it, the country and the kind of browser, where the recording is stored, and how it was anonymized.',
  },
  analysis: {
    label: 'Result of the analysis',
    text: 'What a program concluded from the recording: a score for the call, and problems such as lost packets, each with the time at which it occurred. No person decides anything by it automatically.',
  },
  forwarding: {
    label: 'Passing on',
    text: 'Whether and when the anonymized recording was sent to the service rtcstats.com, and whether it was deleted there.',
  },
};

const STATES: Readonly<Record<SessionRow['state'], string>> = {
  recording: 'still being recorded when this file was made',
  closed: 'ended, about to be stored when this file was made',
  stored: 'stored',
  quarantined: 'locked away, because a check found something in it that may be personal',
  erased: 'the recording was deleted; only the entry is left',
};

const KINDS: Readonly<Record<Subject['kind'], string>> = {
  user: 'the person',
  conference: 'the call',
  session: 'one participation in a call',
};

/** The page that explains an export. It loads nothing and runs no script, and works in every browser. */
export function exportPage({ kind, name }: Subject, sessions: readonly ExportedSession[], made: Date): string {
  const used = (Object.keys(FILES) as ExportedFile['kind'][]).filter((file) =>
    sessions.some(({ files }) => files.some((other) => other.kind === file)),
  );
  const unsigned = sessions.some(({ row }) => row[kind] !== null && !row.signed.includes(kind));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>Your data in call statistics</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid #ccc }
li { margin-bottom: .5rem }
</style>
</head>
<body>
<h1>Your data in call statistics</h1>
<p>This file was made on ${text(dateOf(made.toISOString()))} for ${KINDS[kind]} <strong>${text(name)}</strong>. It contains everything that the
server for call statistics has about ${kind === 'user' ? 'you' : 'it'}: <strong>${sessions.length}</strong> ${sessions.length === 1 ? 'recording' : 'recordings'} of figures about calls.</p>
<h2>What is recorded, and what is not</h2>
<p>While you are in a video call, your browser can report technical figures about the connection, so that problems can be found. Nobody can
hear or see the call from them. Your name was replaced by a made-up one (such as <code>user-3f9a2c81d0</code>), which changes from time to time.
Other people in the same calls appear with made-up names as well, if at all.</p>
${unsigned ? '<p>For some of the calls below, the application did not confirm who took part. Somebody else may have used the same name.</p>\n' : ''}<h2>The files</h2>
<ul>
${used.map((file) => `<li><strong>${FILES[file].label}.</strong> ${FILES[file].text}</li>`).join('\n')}
</ul>
<p>Files that end in <code>.txt</code> and <code>.json</code> open in any text editor.</p>
<h2>The calls, newest first</h2>
<table>
<thead><tr><th>Began</th><th>Ended</th><th>State</th><th>Passed on</th><th>Files</th></tr></thead>
<tbody>
${sessions.map(rowOf).join('\n')}
</tbody>
</table>
<p>Times are in UTC. You can ask the operator of the service to correct or delete this data, and complain to a data-protection authority.</p>
</body>
</html>
`;
}

function rowOf({ row, files, forwarded }: ExportedSession): string {
  const links = files.map(({ kind, path }) => `<a href="${text(path)}">${FILES[kind].label}</a>`);
  const missing = files.some(({ kind }) => kind === 'dump') || row.state === 'erased';
  const cells = [
    text(dateOf(row.startedAt)),
    row.endedAt === null ? 'not yet' : text(dateOf(row.endedAt)),
    STATES[row.state],
    forwarded ? 'yes, to rtcstats.com' : 'no',
    [...links, ...(missing ? [] : ['The recording is not on this machine; the operator can add it.'])].join('<br>'),
  ];
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

/** `2026-11-28 10:15` */
function dateOf(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Names come from applications and clients. */
function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

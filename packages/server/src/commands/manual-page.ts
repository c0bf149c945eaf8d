import type { CommandTable } from './command.ts';
import { type HelpPart, parseHelp } from './help-text.ts';
import { version } from './version.ts';

/** The manual page (man(7)), from the tables and the help texts of the commands. */
export async function manualPage(table: CommandTable): Promise<string> {
  const commands = await Promise.all(
    Object.entries(table).map(async ([name, { summary, load }]) => ({ name, summary, ...(await load()) })),
  );
  const lines = [
    `.TH RTCSTATS\\-SERVER 1 "" "rtcstats\\-server ${version()}" "User Commands"`,
    '.SH NAME',
    'rtcstats\\-server \\- the privacy gateway for WebRTC call statistics',
    '.SH SYNOPSIS',
    '.B rtcstats\\-server',
    '.I COMMAND',
    '[flags]',
    '.SH DESCRIPTION',
    'Receives the WebRTC statistics of rtcstats\\-js, anonymizes them on arrival, verifies and stores them.',
    '.SH COMMANDS',
    ...commands.flatMap(({ name, summary }) => ['.TP', `.B ${roff(name)}`, roff(summary)]),
  ];
  for (const { name, help } of commands) {
    lines.push(`.SH ${roff(name.toUpperCase())}`, ...parseHelp(help).flatMap(renderPart));
  }
  lines.push(
    '.SH EXIT STATUS',
    ...['0: done', '1: the answer is no', '2: the command failed'].flatMap((line) => [roff(line), '.br']),
    '.SH ENVIRONMENT',
    roff('RTCSTATS_… sets a setting; see rtcstats-server config reference. NO_COLOR switches colors off.'),
    '.SH FILES',
    roff('rtcstats.yaml in the working directory is the configuration if --config names no other.'),
  );
  return `${lines.join('\n')}\n`;
}

function renderPart(part: HelpPart): string[] {
  switch (part.kind) {
    case 'usage':
      return ['.nf', ...part.lines.map((line) => `.B ${roff(line)}`), '.fi'];
    case 'flags':
      return part.flags.flatMap(({ usage, text }) => ['.TP', `.B ${roff(usage)}`, roff(text)]);
    case 'text':
      // Lines that are indented or begin a list (`show    shows one session`) are not filled.
      return part.lines.some((line) => /^ |\S {2,}\S/.test(line))
        ? ['.PP', '.nf', ...part.lines.map(roff), '.fi']
        : ['.PP', ...part.lines.map(roff)];
  }
}

/** Escapes text for roff: backslashes, dashes, and what a line must not begin with. */
function roff(text: string): string {
  const escaped = text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...');
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

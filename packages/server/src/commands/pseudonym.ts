import { cleanNames, SUBJECTS, type Subject } from '@rtcstats-server/privacy';
import { openPseudonymKeys } from '../pseudonyms/pseudonym-keys.ts';
import { note, print, printJson } from '../terminal/terminal.ts';
import { type OptionSpecs, parseArguments, usageError, wholeNumber } from './arguments.ts';
import type { ExitCode } from './command.ts';
import { configOption } from './stored-sessions.ts';

export const help = `
Usage: rtcstats-server pseudonym --user ID | --conference ID | --session ID | --device LABEL [flags]

Prints the pseudonyms that replace an id in dumps and in the catalog: the current one, and those of earlier epochs
(privacy.keyRotation). Search dumps for them. \`sessions list --user …\` takes the id itself.

  --user ID          user id in the token or in the application
  --conference ID    id of the call
  --session ID       id of one participant's session in the call
  --device LABEL     label of a device in the browser; each pseudonym starts with the kind of device
  --epochs N         number of epochs, including the current one (default 12)
  --json             print JSON instead of a table
  --config FILE      configuration file (default: rtcstats.yaml if it exists)
  --data DIR         data directory with the key (default ./data)

Example: rtcstats-server pseudonym --user alice@example.com
`;

export const options = {
  user: { type: 'string' },
  conference: { type: 'string' },
  session: { type: 'string' },
  device: { type: 'string' },
  epochs: { type: 'string' },
  json: { type: 'boolean' },
  config: { type: 'string', path: 'file' },
  data: { type: 'string', path: 'directory' },
} as const satisfies OptionSpecs;

const DEFAULT_EPOCHS = 12;
const MAX_EPOCHS = 1000;

export async function run(args: readonly string[]): Promise<ExitCode> {
  const { values, positionals } = parseArguments('pseudonym', args, options);
  if (positionals.length > 0) throw usageError(`pseudonym takes no ${JSON.stringify(positionals[0])}`, 'pseudonym');
  const asked = SUBJECTS.filter((subject) => values[subject] !== undefined);
  if (asked.length !== 1 || values[asked[0]!] === '') {
    throw usageError('pseudonym needs one of --user, --conference, --session and --device', 'pseudonym');
  }
  const subject: Subject = asked[0]!;
  const text = values[subject]!;
  const count =
    values.epochs === undefined ? DEFAULT_EPOCHS : wholeNumber(values.epochs, '--epochs', 1, MAX_EPOCHS, 'pseudonym');

  const config = configOption(values);
  const keys = openPseudonymKeys(config, { create: false });
  const now = Date.now();
  const from = keys.rotation === null ? 0 : now - (count - 1) * keys.rotation;
  const latest = keys.between({ from: Math.max(from, 0), to: now }).slice(0, count);
  const epochs = latest.map(({ id, number, from: start, key }) => ({
    epoch: number,
    keyId: id,
    from: start === null ? null : new Date(start).toISOString(),
    destroyed: key === null,
    pseudonyms: key === null ? [] : cleanNames(subject, text, config.privacy, key),
  }));
  const isKept = epochs.every(({ pseudonyms, destroyed }) => destroyed || pseudonyms.join() === text);
  if (values.json) printJson({ subject, kept: isKept, epochs });
  else {
    if (isKept) note('The policy keeps this text as it is.');
    for (const { keyId, from: start, pseudonyms, destroyed } of epochs) {
      print(`${keyId}  ${start ?? 'always'}  ${destroyed ? '(key destroyed)' : pseudonyms.join('  ')}`);
    }
  }
  return 0;
}

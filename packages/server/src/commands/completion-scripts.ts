import type { CompletedCommand, CompletedFlag } from './completion-table.ts';

const PROGRAM = 'rtcstats-server';

const flagNames = ({ name, short }: CompletedFlag): string[] => [...(short ? [`-${short}`] : []), `--${name}`];

/** The script for bash 4 or newer; it needs no other package. */
export function bashCompletion(commands: readonly CompletedCommand[]): string {
  const cases = commands.map((command) => {
    const values = command.flags.filter(({ value }) => value !== undefined);
    const byValue = values.map((flag) => `        ${flagNames(flag).join('|')}) ${bashValue(flag.value)}; return ;;`);
    const operands = command.operands === undefined ? '' : bashValue(command.operands);
    return [
      `    ${command.name})`,
      ...(byValue.length > 0 ? ['      case $previous in', ...byValue, '      esac'] : []),
      `      if [[ $current == -* ]]; then COMPREPLY=($(compgen -W '${command.flags.flatMap(flagNames).join(' ')}' -- "$current"))`,
      ...(command.actions.length > 0
        ? [
            `      elif ((COMP_CWORD == 2)); then COMPREPLY=($(compgen -W '${command.actions.join(' ')}' -- "$current"))`,
          ]
        : []),
      ...(operands === '' ? [] : [`      else ${operands}`]),
      '      fi ;;',
    ].join('\n');
  });
  return `# bash completion for ${PROGRAM}
_rtcstats_server() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')} help --help --version' -- "$current"))
    return
  fi
  case \${COMP_WORDS[1]} in
    help) COMPREPLY=($(compgen -W '${commands.map(({ name }) => name).join(' ')}' -- "$current")) ;;
${cases.join('\n')}
  esac
}
complete -o filenames -F _rtcstats_server ${PROGRAM}
`;
}

function bashValue(value: CompletedFlag['value']): string {
  if (value === 'any' || value === undefined) return ':';
  if (value === 'directory') return 'COMPREPLY=($(compgen -d -- "$current"))';
  if (value === 'file') return 'COMPREPLY=($(compgen -f -- "$current"))';
  return `COMPREPLY=($(compgen -W '${value.join(' ')}' -- "$current"))`;
}

/** The script for zsh, for a directory of `$fpath`. */
export function zshCompletion(commands: readonly CompletedCommand[]): string {
  const cases = commands.map(({ name, actions, operands, flags }) => {
    const specs = flags.flatMap((flag) => flagNames(flag).map((option) => zshFlag(option, flag)));
    if (actions.length > 0) specs.push(zshQuote(`1:subcommand:(${actions.join(' ')})`));
    if (operands !== undefined) specs.push(zshQuote(`*:${operands}:${zshPath(operands)}`));
    return `    ${name})\n      _arguments ${specs.join(' \\\n        ')} ;;`;
  });
  const names = commands.map(({ name, summary }) => `    ${zshQuote(`${name}:${summary}`)}`).join('\n');
  return `#compdef ${PROGRAM}
# zsh completion for ${PROGRAM}
_rtcstats_server() {
  local -a commands=(
${names}
  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  local command=$words[2]
  # The subcommand and the flags count from here.
  shift words
  ((CURRENT--))
  case $command in
    help) _describe command commands ;;
${cases.join('\n')}
  esac
}
if [[ $funcstack[1] == _rtcstats-server ]]; then
  _rtcstats_server "$@"
else
  compdef _rtcstats_server ${PROGRAM}
fi
`;
}

function zshFlag(option: string, { summary, value }: CompletedFlag): string {
  const text = summary.replaceAll(/[[\]\\:]/g, ' ');
  const action =
    value === undefined ? '' : `:value:${typeof value === 'string' ? zshPath(value) : `(${value.join(' ')})`}`;
  return zshQuote(`*${option}[${text}]${action}`);
}

function zshPath(kind: string): string {
  return kind === 'any' ? ' ' : kind === 'directory' ? '_files -/' : '_files';
}

function zshQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** The script for fish. */
export function fishCompletion(commands: readonly CompletedCommand[]): string {
  const lines = [`# fish completion for ${PROGRAM}`, `complete -c ${PROGRAM} -f`];
  for (const { name, summary, actions, operands, flags } of commands) {
    const inside = `-n '__fish_seen_subcommand_from ${name}'`;
    lines.push(`complete -c ${PROGRAM} -n __fish_use_subcommand -a ${name} -d ${fishQuote(summary)}`);
    if (actions.length > 0) {
      const condition = `__fish_seen_subcommand_from ${name}; and not __fish_seen_subcommand_from ${actions.join(' ')}`;
      lines.push(`complete -c ${PROGRAM} -n '${condition}' -a '${actions.join(' ')}'`);
    }
    if (operands !== undefined) lines.push(`complete -c ${PROGRAM} ${inside} -F`);
    for (const flag of flags) {
      const short = flag.short === undefined ? '' : ` -s ${flag.short}`;
      lines.push(
        `complete -c ${PROGRAM} ${inside}${short} -l ${flag.name}${fishValue(flag.value)} -d ${fishQuote(flag.summary)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

function fishValue(value: CompletedFlag['value']): string {
  if (value === undefined) return '';
  if (value === 'any') return ' -x';
  if (value === 'file') return ' -r -F';
  if (value === 'directory') return " -x -a '(__fish_complete_directories)'";
  return ` -x -a '${value.join(' ')}'`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

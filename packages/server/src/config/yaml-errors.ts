import type { YAMLError } from 'yaml';
import { isSection, type Setting, settings, settingsTree } from './settings.ts';

/**
 * What is wrong, by the code of the parser. Its own messages are not used, because they quote the file, which may hold
 * secrets.
 */
const MESSAGES: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'the name of an anchor or alias is not valid',
  BAD_DQ_ESCAPE: 'a backslash in double quotes begins no known escape; single quotes need none',
  BAD_INDENT: 'the indentation does not match the lines above',
  BAD_SCALAR_START: 'a value cannot begin with this character unless it is quoted',
  BLOCK_AS_IMPLICIT_KEY: 'a second "name:" on one line; quote the value, or begin a new line',
  BLOCK_IN_FLOW: 'lines of "name: value" cannot be inside brackets',
  DUPLICATE_KEY: 'the name was given above already',
  MISSING_CHAR: 'a closing quote, a bracket, a comma or a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'a colon is missing after the name',
  MULTIPLE_DOCS: 'there is more than one document (---)',
  TAB_AS_INDENT: 'a tab is used for indentation; use spaces',
  TAG_RESOLVE_FAILED: 'the tag (!) is not known',
  UNEXPECTED_TOKEN: 'this is not expected here',
};

/** Errors shown of one file; the later ones usually follow from the first. */
const MAX_SHOWN = 5;

/** Describes where a file is not YAML: line, column, reason, and the line with a caret where it may be shown. */
export function describeYamlErrors(text: string, errors: readonly YAMLError[]): string {
  const lines = text.split(/\r?\n/);
  const shown = errors.slice(0, MAX_SHOWN).map(({ code, linePos, pos }) => {
    const { line, col } = linePos?.[0] ?? positionOf(text, pos[0]);
    return `\n  line ${line}, column ${col}: ${MESSAGES[code] ?? code}${excerpt(lines[line - 1] ?? '', line, col)}`;
  });
  const more = errors.length > MAX_SHOWN ? `\n  … and ${errors.length - MAX_SHOWN} more` : '';
  return shown.join('') + more;
}

function positionOf(text: string, offset: number): { readonly line: number; readonly col: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, col: before.at(-1)!.length + 1 };
}

const MAX_EXCERPT = 120;

function excerpt(line: string, number: number, column: number): string {
  const { visible, hidden } = visiblePart(line.slice(0, MAX_EXCERPT));
  if (visible.trim() === '') return '';
  const gutter = String(number);
  // A caret beyond the visible part would reveal the length of what is hidden.
  const caret = Math.min(column - 1, visible.length);
  const indentation = visible.slice(0, caret).replace(/[^\t]/g, ' ');
  return [
    `\n    ${gutter} | ${visible}${hidden ? '… (not shown)' : ''}`,
    `\n    ${' '.repeat(gutter.length)} | ${indentation}${' '.repeat(caret - indentation.length)}^`,
  ].join('');
}

const LEAF_NAMES = new Map<string, boolean>();
for (const { path, secret } of settings) {
  const name = path.split('.').at(-1)!;
  LEAF_NAMES.set(name, LEAF_NAMES.get(name) === true || secret === true);
}
const SECTION_NAMES = new Set<string>();
function collectSections(node: Setting | typeof settingsTree): void {
  if (!isSection(node)) return;
  SECTION_NAMES.add(node.path.split('.').at(-1)!);
  node.children.forEach(collectSections);
}
collectSections(settingsTree);

/**
 * The part of a line that cannot be a secret: the name of a setting, and its value if the setting is no secret and the
 * value is a plain word or number. Of a line without such a name nothing is shown, because it may continue a secret.
 */
function visiblePart(line: string): { readonly visible: string; readonly hidden: boolean } {
  const match = /^(\s*(?:- )?)(\w+)(\s*:\s*|\s+|$)(.*)$/.exec(line);
  if (match === null) return { visible: '', hidden: true };
  const [, indentation = '', name = '', colon = '', value = ''] = match;
  const isSecret = LEAF_NAMES.get(name);
  if (isSecret === undefined && !SECTION_NAMES.has(name)) return { visible: '', hidden: true };
  if (isSecret === false && colon.includes(':') && /^["']?[\w./-]{0,40}["'\]},]*\s*$/.test(value))
    return { visible: line, hidden: false };
  return { visible: `${indentation}${name}${colon}`, hidden: value !== '' };
}

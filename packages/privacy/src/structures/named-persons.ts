const NOUNS =
  'participant attendee user member peer caller callee guest patient customer invitee moderator presenter teilnehmer ' +
  'benutzer utilisateur usuario';
const JOINING =
  'join joins joined joining leave leaves leaving left enter enters entered entering create created ending ended';

/** The words, and the same with a capital first letter. */
function eitherCase(words: string): string {
  const list = words.split(' ').flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1)]);
  return `(?<![\\p{L}\\p{N}_])(?:${list.join('|')})`;
}

/** Nouns behind which log messages name a person: `participant Anna Keller left`. */
const NAMED_PERSON = new RegExp(
  `${eitherCase(NOUNS)}(?: named)? ["'“„«]?(\\p{Lu}[\\p{Ll}\\p{M}'’-]{1,30}(?: \\p{Lu}[\\p{L}\\p{M}'’-]{1,30}){1,2})(?![\\p{L}\\p{M}\\p{N}_=:])`,
  'dgu',
);
/** A user or a room in a message about it: `peer anna.k connected`, `joined room standup-7`. */
const USER_OF_VERB = new RegExp(
  `${eitherCase(NOUNS)} ["'\`]?([\\p{L}\\p{N}_.@-]{2,64})["'\`]? (?:has |is |was )?(?:joined|joins|left|leaves|connected|disconnected|reconnected|entered|exited|kicked|banned|admitted|hung up|raised|muted|unmuted|speaking|ringing)(?![\\p{L}\\p{N}_])`,
  'dgu',
);
const ROOM_OF_VERB = new RegExp(
  `${eitherCase(JOINING)} (?:the )?(?:room|meeting|conference|call|channel) ["'\`]?([\\p{L}\\p{N}_.@-]{2,64})`,
  'dgu',
);
const HINT = new RegExp(`room|meeting|conference|call|channel|${NOUNS.replaceAll(' ', '|')}`, 'i');

/** Decides about the words that may be a name, and replaces them. */
export interface NameRules {
  /** Whether words with capital first letters are the name of a person. */
  isFullName(words: string): boolean;
  /** Whether the word may be a term instead of a name or an id. */
  isTechnical(word: string): boolean;
  replace(name: string, kind: 'name' | 'conference'): string;
}

/** Replaces the names of persons and rooms that messages are about. Returns the same text if there are none. */
export function rewriteNamedPersons(text: string, rules: NameRules): string {
  if (!HINT.test(text)) return text;
  const full = replaced(text, NAMED_PERSON, (name) => (rules.isFullName(name) ? rules.replace(name, 'name') : name));
  const users = replaced(full, USER_OF_VERB, (name) => (rules.isTechnical(name) ? name : rules.replace(name, 'name')));
  return replaced(users, ROOM_OF_VERB, (name) => (rules.isTechnical(name) ? name : rules.replace(name, 'conference')));
}

/** Replaces the first group of each match. */
function replaced(text: string, pattern: RegExp, judge: (name: string) => string): string {
  let out = '';
  let copied = 0;
  for (const match of text.matchAll(pattern)) {
    const [start, end] = match.indices![1]!;
    const clean = judge(match[1]!);
    if (clean === match[1]) continue;
    out += text.slice(copied, start) + clean;
    copied = end;
  }
  return copied === 0 ? text : out + text.slice(copied);
}

import type { RedactionName } from '../policy/policy.ts';

/** A part of a text that is to be replaced: UTF-16 positions, the end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly class: RedactionName;
}

/** How a finder tells of what it found in the text that it was given. */
export type Report = (start: number, end: number, replacement: string) => void;

/**
 * Where overlapping spans meet, nothing of either may stay readable: their union is replaced by what the wider one wants, since it
 * knows more of the text, or the earlier one in `priority` where neither holds the other. Returns disjoint spans in order.
 */
export function mergeSpans(spans: readonly Span[], priority: (name: RedactionName) => number): readonly Span[] {
  if (areDisjoint(spans)) return spans;
  const ordered = [...spans].sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  for (const span of ordered) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) {
      merged.push(span);
      continue;
    }
    const winner = winnerOf(last, span, priority);
    merged[merged.length - 1] = {
      start: last.start,
      end: Math.max(last.end, span.end),
      replacement: winner.replacement,
      class: winner.class,
    };
  }
  return merged;
}

/** `first` begins before `second` or is as long or longer. */
function winnerOf(first: Span, second: Span, priority: (name: RedactionName) => number): Span {
  const isSame = first.start === second.start && first.end === second.end;
  if (!isSame && first.end >= second.end) return first;
  return priority(second.class) < priority(first.class) ? second : first;
}

/** Whether they came in order and apart, as they mostly do. */
function areDisjoint(spans: readonly Span[]): boolean {
  for (let i = 1; i < spans.length; i++) if (spans[i]!.start < spans[i - 1]!.end) return false;
  return true;
}

/** Puts the replacements of disjoint, ordered spans in place. */
export function applySpans(text: string, spans: readonly Span[]): string {
  let out = '';
  let copied = 0;
  for (const { start, end, replacement } of spans) {
    out += text.slice(copied, start) + replacement;
    copied = end;
  }
  return out + text.slice(copied);
}

import type { RedactionName } from '../policy/policy.ts';

/** A range of a text to be replaced. Positions are in UTF-16 units; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly class: RedactionName;
}

/** Called by a class for each match in the text it was given. */
export type Report = (start: number, end: number, replacement: string) => void;

/**
 * Merges overlapping spans, so that nothing of either stays readable: their union gets the replacement of the wider
 * span, which knows more of the text, or of the one earlier in `priority` when neither contains the other. Returns
 * disjoint spans in order.
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

/** `first` begins before `second`, or at the same position and is at least as long. */
function winnerOf(first: Span, second: Span, priority: (name: RedactionName) => number): Span {
  const isSame = first.start === second.start && first.end === second.end;
  if (!isSame && first.end >= second.end) return first;
  return priority(second.class) < priority(first.class) ? second : first;
}

/** Whether the spans are ordered and disjoint, as they usually are. */
function areDisjoint(spans: readonly Span[]): boolean {
  for (let i = 1; i < spans.length; i++) if (spans[i]!.start < spans[i - 1]!.end) return false;
  return true;
}

/** Replaces disjoint, ordered spans in the text. */
export function applySpans(text: string, spans: readonly Span[]): string {
  let out = '';
  let copied = 0;
  for (const { start, end, replacement } of spans) {
    out += text.slice(copied, start) + replacement;
    copied = end;
  }
  return out + text.slice(copied);
}

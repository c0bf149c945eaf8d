import type { RecordingView, Summary } from '@rtcstats-server/insights';

/** Methods that the page can call in the worker. */
export type AskName = Exclude<keyof RecordingView, never>;

/** Messages to the worker: open a dump, or call a method. */
export type Question =
  | { readonly ask: 'open'; readonly url: string; readonly live: boolean }
  | { readonly ask: AskName; readonly id: number; readonly parameters: readonly unknown[] };

/** Messages from the worker: progress, an error of reading the dump, or the result of a call. */
export type Answer =
  | { readonly summary: Summary; readonly done: boolean }
  | { readonly error: string }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly thrown: unknown };

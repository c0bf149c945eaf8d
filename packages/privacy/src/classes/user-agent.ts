import type { TextClass } from './text-class.ts';

const VERSION = /(?<=[A-Za-z][\w)]*[/ ]\d+)(?:\.\d+)+/g;

/** Browser and system versions to the digit tell few people apart from many. `truncate` keeps the major version. */
export function userAgent(): TextClass {
  return {
    name: 'userAgent',
    whole: {
      userAgent: (text) => text.replaceAll(VERSION, ''),
      version: (text) => (/^\d+(?:\.\d+)+$/.test(text) ? text.slice(0, text.indexOf('.')) : undefined),
    },
  };
}

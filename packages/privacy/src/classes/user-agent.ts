import type { TextClass } from './text-class.ts';

const VERSION = /(?<=[A-Za-z\d)][/ :]\d+)(?:[._]\d+)+/g;
/** Of Android and iOS: they name one version to the day. */
const BUILD = /(?<= Mobile)\/\w+| Build\/[\w.]+/g;

/** Browser and system versions to the digit tell few people apart from many. `truncate` keeps the major version. */
export function userAgent(): TextClass {
  return {
    name: 'userAgent',
    whole: {
      userAgent: (text) => text.replaceAll(VERSION, '').replaceAll(BUILD, ''),
      clientHint: (text) => (text === '' ? text : '[removed]'),
      version: (text) => (/^\d+(?:\.\d+)+$/.test(text) ? text.slice(0, text.indexOf('.')) : undefined),
    },
  };
}

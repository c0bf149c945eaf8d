import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DATA_CLASSES, type Policy, presetPolicy } from '../policy/policy.ts';
import { verifyText } from './verifier.ts';

describe('recordings', () => {
  const folder = new URL('../../../../test/recordings/', import.meta.url);
  const known = JSON.parse(readFileSync(new URL('private.json', folder), 'utf8')) as Record<
    string,
    Record<string, string[]>
  >;
  const everything: Policy = {
    ...presetPolicy('standard'),
    classes: Object.fromEntries(
      DATA_CLASSES.map((name) => [name, name === 'userAgent' ? 'keep' : 'redact']),
    ) as Policy['classes'],
  };
  const replacements: Record<string, string> = {
    client_addresses: '203.0.113.x',
    server_addresses: '198.51.100.x',
    emails: '[email]',
    phones: '[phone]',
    device_labels: 'audioinput-3f9a2c',
    device_ids: 'group-3f9a2c',
    ice_passwords: '[removed]',
    data_channel_labels: 'label-3f9a2c',
  };

  describe.each(Object.entries(known))('%s', (name, entry) => {
    const raw = readFileSync(new URL(`${name}.raw`, folder), 'utf8');
    const values = Object.entries(replacements).flatMap(([kind, to]) =>
      entry[kind]!.map((value) => [value, to] as const),
    );
    values.sort((a, b) => b[0].length - a[0].length);
    const replaceAll = (except?: string) =>
      values
        .reduce(
          (text, [value, to]) =>
            value === except
              ? text
              : text
                  .replaceAll(`1795449600:${value}`, 'turn-3f9a2c')
                  .replaceAll(JSON.stringify(value).slice(1, -1), to),
          raw,
        )
        .replaceAll(/(candidate:|"(?:foundation|140)":")\w{5,}/g, '$1fghijklmno')
        // The name of the address's owner.
        .replaceAll(/\p{Lu}\S* \p{Lu}\S* (?=<\[email\])/gu, '[name] ');

    it('is clean after everything is replaced', () => {
      expect(verifyText(replaceAll(), everything).findings).toEqual([]);
    });

    it.each(values.filter(([value, to]) => value !== 'chat' && raw.includes(value) && to !== 'x'))(
      'is not clean with %j left',
      (value) => {
        expect(verifyText(replaceAll(value), everything).clean).toBe(false);
      },
    );
  });
});

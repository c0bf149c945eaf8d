import { methodName } from '@rtcstats-server/dump';
import { describe, expect, it } from 'vitest';
import { Anonymizer } from '../anonymizer/anonymizer.ts';
import { compilePolicy } from '../anonymizer/compiled-policy.ts';
import { isApplicationEvent } from '../events/event-names.ts';
import { DATA_CLASSES, type Policy, type Preset, presetPolicy } from '../policy/policy.ts';
import { bytesOf, textOf } from '../testing/policies.ts';
import { readingsOf } from '../testing/readings.ts';
import { verifyText } from '../verifier/verifier.ts';
import { PLANTED_CASES, type PlantedCase } from './planted.ts';

const COMPILED = {
  standard: compilePolicy(presetPolicy('standard')),
  strict: compilePolicy(presetPolicy('strict')),
  compatible: compilePolicy(presetPolicy('compatible')),
} satisfies Record<Preset, unknown>;

/** The stored line of the case; undefined if it is dropped. */
function stored(planted: PlantedCase, preset: Preset): string | undefined {
  const anonymizer = new Anonymizer(COMPILED[preset]);
  for (const line of planted.before) anonymizer.message(bytesOf(line));
  if (planted.isMetadata) return textOf(anonymizer.metadata(JSON.parse(planted.line) as Record<string, unknown>));
  const clean = anonymizer.message(bytesOf(planted.line));
  return clean === null ? undefined : textOf(clean);
}

/** Everything that can be read in the line, decoded and in lower case. */
function readings(line: string): string {
  return [line, ...readingsOf(line)].join('\n').toLowerCase();
}

function leftOf(values: readonly string[], line: string): string[] {
  const text = readings(line);
  return values.filter((value) => text.includes(value.toLowerCase()));
}

function missing(values: readonly string[], line: string): string[] {
  const text = readings(line);
  return values.filter((value) => !text.includes(value.toLowerCase()));
}

function findings(line: string, isMetadata: boolean, policy: Policy): unknown {
  return verifyText(isMetadata ? `RTCStatsDump\n${line}\n` : `${line}\n`, policy).findings;
}

const numbered = PLANTED_CASES.map(
  (planted, index) => [`${index} ${planted.class}: ${planted.name}`, planted] as const,
);

describe('the corpus', () => {
  it('has at least 400 cases, two fifths of them adversarial, of every class', () => {
    expect(PLANTED_CASES.length).toBeGreaterThanOrEqual(400);
    const adversarial = PLANTED_CASES.filter((planted) => planted.adversarial).length;
    expect(adversarial / PLANTED_CASES.length).toBeGreaterThanOrEqual(0.4);
    expect(new Set(PLANTED_CASES.map((planted) => planted.class))).toEqual(new Set(DATA_CLASSES));
  });

  it.each(numbered)('%s shows its values before anonymization', (_, planted) => {
    const shown = [planted.line, ...planted.before].join('\n');
    expect(
      missing(
        [...planted.gone, ...planted.goneStrict],
        planted.before.length > 0 ? JSON.stringify([shown]) : planted.line,
      ),
    ).toEqual([]);
    expect(missing(planted.stays, planted.line)).toEqual([]);
  });
});

describe('under standard', () => {
  it.each(numbered)('%s', (_, planted) => {
    const line = stored(planted, 'standard');
    expect(line).toBeDefined();
    expect({ left: leftOf(planted.gone, line!), missing: missing(planted.stays, line!), line }).toEqual({
      left: [],
      missing: [],
      line,
    });
    expect(findings(line!, planted.isMetadata, presetPolicy('standard'))).toEqual([]);
  });
});

describe('under strict', () => {
  it.each(numbered)('%s', (_, planted) => {
    const line = stored(planted, 'strict');
    // Application events are dropped.
    if (!planted.isMetadata && isApplicationEvent(methodName((JSON.parse(planted.line) as [string | number])[0]))) {
      expect(line).toBeUndefined();
      return;
    }
    expect(line).toBeDefined();
    const gone = [...planted.gone, ...planted.goneStrict];
    expect({ left: leftOf(gone, line!), missing: missing(planted.stays, line!), line }).toEqual({
      left: [],
      missing: [],
      line,
    });
    expect(findings(line!, planted.isMetadata, presetPolicy('strict'))).toEqual([]);
  });
});

/** Whether the value is the address of a relayed candidate. It belongs to a server and is kept. */
function isRelayAddress(value: string, line: string): boolean {
  return new RegExp(` ${RegExp.escape(value)} \\d+ typ relay`).test(line);
}

describe('under compatible', () => {
  const removed: ReadonlySet<string> = new Set(['ipAddresses', 'credentials']);
  /** Cases that only have values of kept classes; a value may belong to several classes. */
  const onlyKept = numbered.filter(([, { line, before }]) => {
    const findingsOf = verifyText(`${[...before, line].join('\n')}\n`, presetPolicy('compatible')).findings;
    return findingsOf.length === 0;
  });

  it.each(numbered.filter(([, planted]) => removed.has(planted.class)))('%s', (_, planted) => {
    const line = stored(planted, 'compatible');
    expect(line).toBeDefined();
    // The user of a TURN server is removed like its password.
    expect({
      left: leftOf(
        planted.gone.filter((value) => !isRelayAddress(value, planted.line)),
        line!,
      ),
      missing: missing(planted.stays, line!),
      line,
    }).toEqual({
      left: [],
      missing: [],
      line,
    });
    expect(findings(line!, planted.isMetadata, presetPolicy('compatible'))).toEqual([]);
  });

  it.each(onlyKept.filter(([, planted]) => !removed.has(planted.class) && !planted.isMetadata))(
    '%s is unchanged',
    (_, planted) => {
      expect(stored(planted, 'compatible')).toBe(planted.line);
    },
  );
});

describe('the verifier', () => {
  const full: Policy = {
    ...presetPolicy('standard'),
    classes: { ...presetPolicy('standard').classes, userAgent: 'truncate' },
  };

  it.each(DATA_CLASSES)('finds the values when the class %s is broken', (name) => {
    const broken: Policy =
      name === 'ipAddresses'
        ? { ...full, ipAddresses: { ...full.ipAddresses, method: 'keep' } }
        : { ...full, classes: { ...full.classes, [name]: 'keep' } };
    const compiled = { works: compilePolicy(full), broken: compilePolicy(broken) };
    const found = (policy: keyof typeof compiled): string[] => {
      const cases = PLANTED_CASES.filter((planted) => planted.class === name && !planted.adversarial);
      return cases.map((planted) => {
        const anonymizer = new Anonymizer(compiled[policy]);
        const line = planted.isMetadata
          ? anonymizer.metadata(JSON.parse(planted.line) as Record<string, unknown>)
          : anonymizer.message(bytesOf(planted.line));
        const text = planted.isMetadata ? `RTCStatsDump\n${textOf(line!)}\n` : `${textOf(line!)}\n`;
        const classes = verifyText(text, full).findings.map((finding) => finding.class);
        return classes.includes(name) ? name : `nothing: ${planted.name}: ${text}`;
      });
    };
    expect(found('works').filter((each) => each === name)).toEqual([]);
    // Some values in texts cannot be recognized by their form alone, but most can.
    const seen = found('broken');
    expect(seen.filter((each) => each === name).length / seen.length).toBeGreaterThan(0.5);
  });
});

import { type ReactNode, useState } from 'react';
import { RANGES, type RangeName, type Settings } from './settings.ts';

/** The time range, and whether it is compared with the one before. */
export function Controls(props: {
  readonly settings: Settings;
  readonly onChange: (changes: Partial<Settings>) => void;
}): ReactNode {
  const { settings, onChange } = props;
  const { range, since, until, compares } = settings;
  return (
    <div className="filters">
      <label className="field">
        <span>Time</span>
        <select
          className="input"
          value={range}
          onChange={(event) => onChange({ range: event.target.value as RangeName, since: '', until: '' })}
        >
          {Object.entries(RANGES).map(([value, { name }]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
          <option value="custom">from … to …</option>
        </select>
      </label>
      {range === 'custom' && (
        <>
          <DayField name="First day, UTC" value={since} onChange={(day) => onChange({ since: day })} />
          <DayField name="Last day, UTC" value={until} onChange={(day) => onChange({ until: day })} />
        </>
      )}
      <label className="check row">
        <input type="checkbox" checked={compares} onChange={(event) => onChange({ compares: event.target.checked })} />
        compare with the time before
      </label>
    </div>
  );
}

/** Browsers report a day while its year is still being typed, so the day is taken when the field is left. */
function DayField(props: {
  readonly name: string;
  readonly value: string;
  readonly onChange: (day: string) => void;
}): ReactNode {
  const { name, value, onChange } = props;
  const [text, setText] = useState<string>();
  const take = (): void => {
    if (text !== undefined && text !== value) onChange(text);
    setText(undefined);
  };
  return (
    <label className="field">
      <span>{name}</span>
      <input
        className="input"
        type="date"
        value={text ?? value}
        onChange={(event) => setText(event.target.value)}
        onBlur={take}
        onKeyDown={(event) => event.key === 'Enter' && take()}
      />
    </label>
  );
}

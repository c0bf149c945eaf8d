import { type ReactNode, useEffect, useState } from 'react';
import { Icon } from './icons.tsx';

const DEBOUNCE_MS = 350;

/** A text filter that is applied when the user stops typing. */
export function TextFilter(props: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly change: (text: string) => void;
  readonly wide?: boolean;
}): ReactNode {
  const { label, placeholder, value, change, wide = false } = props;
  // Undefined unless the user is typing. A copy of the value could be older than it, and would then be applied.
  const [typed, setTyped] = useState<string>();
  // A new value replaces what was typed. Not in an effect, which would render the page twice for each value.
  const [known, setKnown] = useState(value);
  if (known !== value) {
    setKnown(value);
    setTyped(undefined);
  }
  useEffect(() => {
    if (typed === undefined || typed.trim() === value) return undefined;
    const timer = setTimeout(() => change(typed.trim()), DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [typed, value, change]);
  return (
    <label className={wide ? 'field field-search' : 'field'}>
      <span>{label}</span>
      <span className="input input-search">
        <Icon name="search" size={16} />
        <input
          type="search"
          value={typed ?? value}
          placeholder={placeholder}
          onChange={(event) => setTyped(event.target.value)}
        />
      </span>
    </label>
  );
}

/** A filter with a list of values, each with its name. `all` is the name of no filter. */
export function SelectFilter(props: {
  readonly label: string;
  readonly value: string;
  readonly all: string;
  readonly onChange: (value: string) => void;
  readonly children: readonly (readonly [string, string] | string[])[];
}): ReactNode {
  return (
    <label className="field">
      <span>{props.label}</span>
      <select className="input" value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        <option value="">{props.all}</option>
        {props.children.map(([value, name]) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

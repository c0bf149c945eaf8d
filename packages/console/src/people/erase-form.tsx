import type { ErasureReceipt } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { formatPlural } from '../ui/format.ts';
import { Button, Problem } from '../ui/parts.tsx';
import { queryOf, type Subject } from './subject-text.ts';

/** Asks for the name once more, as the command does, and erases. */
export function EraseForm(props: {
  readonly subject: Subject;
  readonly sessions: number;
  readonly onErased: (receipt: ErasureReceipt) => void;
  readonly cancel: () => void;
}): ReactNode {
  const { subject, sessions, onErased, cancel } = props;
  const [typed, setTyped] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const erase = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      onErased(await api.eraseSubject(queryOf(subject), typed));
    } catch (thrown) {
      setError(thrown as Error);
      setIsBusy(false);
    }
  };
  return (
    <form
      className="erase"
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === subject.name) void erase();
      }}
    >
      <p>
        This erases {formatPlural(sessions, 'session')} in every place, at rtcstats.com as well, and ends live ones. It
        cannot be undone.
      </p>
      <label className="field">
        <span>
          Type <span className="mono">{subject.name}</span> to erase it
        </span>
        <input
          className="input"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      {error && <Problem error={error} />}
      <div className="row">
        <Button type="submit" kind="danger" icon="trash" disabled={isBusy || typed !== subject.name}>
          {isBusy ? 'Erasing…' : 'Erase permanently'}
        </Button>
        <Button onClick={cancel} disabled={isBusy}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

import { type ReactNode, useState } from 'react';
import { Card } from '../ui/card.tsx';
import { Button } from '../ui/parts.tsx';
import { KINDS, type Subject, type SubjectKind } from './subject-text.ts';

/** Asks for a name. It is sent in the body of a request, and is kept nowhere. */
export function SearchCard({ find }: { readonly find: (subject: Subject) => void }): ReactNode {
  const [kind, setKind] = useState<SubjectKind>('user');
  const [name, setName] = useState('');
  return (
    <Card title="Find a person or a call">
      <form
        className="filters"
        autoComplete="off"
        onSubmit={(event) => {
          event.preventDefault();
          find({ kind, name: name.trim() });
        }}
      >
        <label className="field">
          <span>Kind</span>
          <select className="input" value={kind} onChange={(event) => setKind(event.target.value as SubjectKind)}>
            {Object.entries(KINDS).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label className="field field-search">
          <span>ID in your application, or pseudonym</span>
          <input
            className="input"
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={512}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <Button type="submit" kind="primary" icon="search" disabled={name.trim() === ''}>
          Preview
        </Button>
      </form>
      <p className="faint search-note">
        Exactly as your application sends it. The gateway computes its pseudonyms in all key epochs. It appears in no
        URL, log or history.
      </p>
    </Card>
  );
}

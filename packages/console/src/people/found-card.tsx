import type { ErasureReceipt, SubjectOverviewBody } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Card } from '../ui/card.tsx';
import { formatDate, formatPlural } from '../ui/format.ts';
import { Icon } from '../ui/icons.tsx';
import { Button, Loading, Problem } from '../ui/parts.tsx';
import { saveFile } from '../ui/save-file.ts';
import { EraseForm } from './erase-form.tsx';
import { SessionList } from './session-list.tsx';
import { overviewText, queryOf, type Subject } from './subject-text.ts';

/** The sessions of a person or a call, with the buttons for what can be done with them. */
export function FoundCard(props: {
  readonly subject: Subject;
  readonly onErased: (receipt: ErasureReceipt) => void;
}): ReactNode {
  const { subject, onErased } = props;
  const { value: found, error, reload } = useAnswer(() => api.previewSubject(queryOf(subject)), 'found');
  return (
    <Card
      title={
        <span className="found-title">
          Stored about <span className="mono">{subject.name}</span>
        </span>
      }
    >
      {error && <Problem error={error} retry={reload} />}
      {found === undefined ? (
        !error && <Loading>Searching…</Loading>
      ) : (
        <Found subject={subject} found={found} onErased={onErased} />
      )}
    </Card>
  );
}

interface FoundProps {
  readonly subject: Subject;
  readonly found: SubjectOverviewBody;
  readonly onErased: (receipt: ErasureReceipt) => void;
}

function Found({ subject, found, onErased }: FoundProps): ReactNode {
  const { sessions, holds, destroyedEpochs } = found;
  const [isErasing, setIsErasing] = useState(false);
  return (
    <div className="found">
      <p role="status">{sessions === 0 ? <Nothing /> : overviewText(found)}</p>
      {destroyedEpochs > 0 && (
        <p className="soft">
          The keys of {formatPlural(destroyedEpochs, 'epoch')} are destroyed: sessions of that time are found by
          pseudonym only.
        </p>
      )}
      {holds.map(({ id, reason, createdAt, sessions: held }) => (
        <p key={id} className="held">
          <Icon name="warning" />
          <span>
            Legal hold since {formatDate(createdAt)} on {formatPlural(held, 'session')}: <strong>{reason}</strong>.
            Nothing is erased until it is removed (<code>rtcstats-server hold remove {id}</code>).
          </span>
        </p>
      ))}
      {sessions > 0 && <SessionList found={found} />}
      <div className="row">
        {sessions > 0 && <ExportButton subject={subject} />}
        {holds.length === 0 && !isErasing && (
          <Button kind="danger" icon="trash" onClick={() => setIsErasing(true)}>
            Erase…
          </Button>
        )}
      </div>
      {isErasing && (
        <EraseForm subject={subject} sessions={sessions} onErased={onErased} cancel={() => setIsErasing(false)} />
      )}
    </div>
  );
}

function Nothing(): ReactNode {
  return (
    <>
      Nothing. Check the spelling: upper and lower case are different names. If a backup may have sessions of this name,
      erase it anyway: they are erased again when the backup is restored.
    </>
  );
}

function ExportButton({ subject }: { readonly subject: Subject }): ReactNode {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<Error>();
  const save = async (): Promise<void> => {
    setIsBusy(true);
    setError(undefined);
    try {
      // The name of the file must not name the person.
      const day = new Date().toISOString().slice(0, 10);
      saveFile(await api.exportSubject(queryOf(subject)), `call-statistics-${day}.zip`);
    } catch (thrown) {
      setError(thrown as Error);
    }
    setIsBusy(false);
  };
  return (
    <>
      <Button icon="download" onClick={() => void save()} disabled={isBusy}>
        {isBusy ? 'Exporting…' : 'Export as ZIP'}
      </Button>
      {error && <Problem error={error} />}
    </>
  );
}

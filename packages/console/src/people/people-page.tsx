import type { ErasureReceipt } from '@rtcstats-server/api';
import { type ReactNode, useState } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { useTitle } from '../routing/title.ts';
import { Boundary } from '../ui/boundary.tsx';
import { RoleNeeded } from '../ui/role-needed.tsx';
import { ErasuresCard } from './erasures-card.tsx';
import { FoundCard } from './found-card.tsx';
import { ReceiptCard } from './receipt-card.tsx';
import { SearchCard } from './search-card.tsx';
import type { Subject } from './subject-text.ts';

const POLL_MS = 10_000;

/** Requests of the people in the data: the sessions of somebody, a copy of them, and their erasure. */
export function PeoplePage(): ReactNode {
  useTitle('People');
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>People</h1>
          <p>Requests of the people in the data: see what is stored about somebody, export it, or erase it.</p>
        </div>
      </header>
      <RoleNeeded name="erase" what="exporting and erasing people">
        <Requests />
      </RoleNeeded>
    </div>
  );
}

function Requests(): ReactNode {
  const [search, setSearch] = useState<{ readonly subject: Subject; readonly number: number }>();
  /** The receipt that is shown, as it was when it was chosen. */
  const [chosen, setChosen] = useState<ErasureReceipt>();
  const [numberOfErasures, setNumberOfErasures] = useState(0);
  const erasures = useAnswer(api.erasures, 'erasures', POLL_MS);
  const find = (subject: Subject): void => {
    setChosen(undefined);
    setSearch({ subject, number: (search?.number ?? 0) + 1 });
  };
  const onErased = (receipt: ErasureReceipt): void => {
    setSearch(undefined);
    setChosen(receipt);
    setNumberOfErasures(numberOfErasures + 1);
    erasures.reload();
  };
  // The list is newer, unless it does not have the receipt yet.
  const receipt = erasures.value?.erasures.find(({ id }) => id === chosen?.id) ?? chosen;
  return (
    <>
      <Boundary>
        {/* The key empties the form after an erasure. */}
        <SearchCard key={numberOfErasures} find={find} />
      </Boundary>
      <Boundary>{search && <FoundCard key={search.number} subject={search.subject} onErased={onErased} />}</Boundary>
      <Boundary>{receipt && <ReceiptCard receipt={receipt} close={() => setChosen(undefined)} />}</Boundary>
      <Boundary>
        <ErasuresCard answer={erasures} show={setChosen} />
      </Boundary>
    </>
  );
}

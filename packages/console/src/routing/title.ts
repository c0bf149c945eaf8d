import { useEffect } from 'react';

const NAME = 'rtcstats-server';

/** Names the page in the browser's tab and history: `Privacy · rtcstats-server`. */
export function useTitle(title: string | undefined): void {
  useEffect(() => {
    document.title = title === undefined ? NAME : `${title} · ${NAME}`;
  }, [title]);
}

import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { publicListenerUrl } from '../api/public-listener.ts';
import { useAnswer } from '../api/use-answer.ts';
import { Link } from '../routing/router.tsx';
import { CopyButton } from '../ui/copy-button.tsx';

/** Shown instead of an empty list: how the first session gets here. */
export function FirstSteps(): ReactNode {
  const { value: access } = useAnswer(() => api.tryIt('ask'), 'try-it');
  const url = access && publicListenerUrl(access.port, '').href.replace(/\/$/, '');
  const snippet = snippetOf(url ?? 'wss://stats.example.com', access?.tokenRequired === true);
  return (
    <div className="first-steps">
      <h2>No sessions yet</h2>
      <ol>
        <li>
          <p>
            <strong>Try it without code.</strong> One button makes a call in this browser and opens its session.
          </p>
          <p>
            <Link to="/try-it" className="button button-primary">
              Try it
            </Link>
          </p>
        </li>
        <li>
          <p>
            <strong>Connect your application.</strong> Clients on this machine reach the gateway at{' '}
            {url === undefined ? 'its public listener' : <code>{url}</code>}; any path will do. Behind a reverse proxy,
            use its <code>wss://</code> address.
          </p>
          <pre className="code">{snippet}</pre>
          <div>
            <CopyButton text={snippet}>Copy</CopyButton>
          </div>
        </li>
        <li>
          <p>
            <strong>Name users and conferences.</strong> <code>userId</code>, <code>conferenceId</code> and{' '}
            <code>sessionId</code> of the URL are stored as pseudonyms. The search of the sessions list finds sessions
            by the names that your application uses. Names in a signed token cannot be forged by a client.
          </p>
        </li>
      </ol>
      <p className="faint">New sessions appear here by themselves.</p>
    </div>
  );
}

function snippetOf(url: string, tokenRequired: boolean): string {
  return [
    '// `trace` is the client that rtcstats-js returns.',
    `const url = new URL('${url}' + location.pathname);`,
    "url.searchParams.set('userId', 'u-17');",
    "url.searchParams.set('conferenceId', 'c-4');",
    ...(tokenRequired ? ["url.searchParams.set('rtcstats-token', token); // from your server"] : []),
    'trace.connect(url.href);',
  ].join('\n');
}

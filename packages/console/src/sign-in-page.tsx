import { type ReactNode, useState } from 'react';
import { api } from './api/client.ts';
import { useTitle } from './routing/title.ts';
import { Card } from './ui/card.tsx';
import { Mark } from './ui/icons.tsx';
import { Button, Problem } from './ui/parts.tsx';

/** Asks for the admin token. `done` is called after the gateway has accepted it. */
export function SignInPage({ done }: { readonly done: () => void }): ReactNode {
  useTitle('Sign in');
  const [token, setToken] = useState('');
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const submit = async (): Promise<void> => {
    setBusy(true);
    try {
      await api.signIn(token.trim());
      done();
    } catch (thrown) {
      setError(thrown as Error);
    }
    setBusy(false);
  };
  return (
    <main className="sign-in">
      <Card>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void submit();
          }}
        >
          <div className="brand">
            <Mark /> rtcstats-server
          </div>
          <h1>Sign in</h1>
          <label className="field">
            <span>Admin token</span>
            <input
              className="input"
              type="password"
              autoComplete="current-password"
              required
              value={token}
              onChange={(event) => setToken(event.target.value)}
            />
          </label>
          {error && <Problem error={error} />}
          <Button kind="primary" type="submit" disabled={busy || token.trim() === ''}>
            Sign in
          </Button>
          <p className="faint">
            The value of the setting <code>admin.token</code> (RTCSTATS_ADMIN_TOKEN).
          </p>
        </form>
      </Card>
    </main>
  );
}

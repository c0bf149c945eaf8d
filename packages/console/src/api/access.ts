import type { AdminRole, SignInState } from '@rtcstats-server/api';
import { createContext, useContext } from 'react';

/** Who is signed in, for pages that need a certain role. */
export const AccessContext = createContext<SignInState>({ required: false, signedIn: true });

/** Whether the token of this browser has a role. */
export function useHasRole(role: AdminRole): boolean {
  const { roles } = useContext(AccessContext);
  return roles === undefined || roles.includes(role);
}

import { account as texts } from "../texts/spoken.ts";
import { AccountField, type FormBack, TokenField } from "./account-field.tsx";
import { MyPolls, type MyPollsProps } from "./account-polls.tsx";
import { MySessions, type SessionLine } from "./account-sessions.tsx";
import { WholeError } from "./account-sign-in.tsx";
import { Brand } from "./brand.tsx";

export interface AccountPageProps {
  /** `null`: it cannot be read now. */
  readonly email: string | null;
  readonly token: string;
  readonly leastPassword: number;
  readonly polls: MyPollsProps | null;
  /** `null`: they cannot be read now. */
  readonly sessions: readonly SessionLine[] | null;
  readonly password: FormBack;
  readonly deletion: FormBack;
  readonly done: keyof typeof texts.done | null;
  /** Signed in from the database, because Redis is away. */
  readonly fallbackMode: boolean;
}

export function AccountPage(props: AccountPageProps) {
  const { email, token, polls, sessions, done } = props;
  return (
    <div class="page account">
      <header class="top">
        <Brand />
        <form action="/account/sign-out" method="post">
          <TokenField token={token} />
          <button type="submit" class="quiet">
            {texts.signOut}
          </button>
        </form>
      </header>
      {done && (
        <p class="note" role="status">
          {texts.done[done]}
        </p>
      )}
      {props.fallbackMode && <p class="hint">{texts.fallback}</p>}
      <main class="account-main">
        <div class="account-head">
          <h1>{texts.myPolls}</h1>
          {email !== null && (
            <p class="hint">
              {texts.signedInAs} <b>{email}</b>
            </p>
          )}
        </div>
        <MyPolls polls={polls} />
        <div class="account-side">
          <MySessions sessions={sessions} token={token} />
          <ChangePassword {...props} />
          <DeleteAccount {...props} />
        </div>
      </main>
    </div>
  );
}

function ChangePassword({ email, token, leastPassword, password }: AccountPageProps) {
  return (
    <details class="sheet" open={Object.keys(password.errors).length > 0}>
      <summary>
        <h2>{texts.changePassword}</h2>
      </summary>
      <form class="account-form" action="/account/password" method="post">
        <p class="hint">{texts.passwordLead}</p>
        <TokenField token={token} />
        <UserName email={email} />
        <AccountField
          id="current-password"
          name="password"
          label={texts.currentPassword}
          type="password"
          autocomplete="current-password"
          back={password}
        />
        <AccountField
          id="new-password"
          name="newPassword"
          label={texts.newPassword}
          type="password"
          autocomplete="new-password"
          back={password}
          hint={texts.passwordHint(leastPassword)}
        />
        <WholeError back={password} />
        <button type="submit" class="primary">
          {texts.changePassword}
        </button>
      </form>
    </details>
  );
}

function DeleteAccount({ email, token, deletion }: AccountPageProps) {
  return (
    <details class="sheet" open={Object.keys(deletion.errors).length > 0}>
      <summary>
        <h2>{texts.deleteAccount}</h2>
      </summary>
      <form class="account-form" action="/account/delete" method="post">
        <p class="hint">{texts.deleteLead}</p>
        <TokenField token={token} />
        <UserName email={email} />
        <AccountField
          id="delete-password"
          name="password"
          label={texts.password}
          type="password"
          autocomplete="current-password"
          back={deletion}
        />
        <WholeError back={deletion} />
        <button type="submit" class="danger">
          {texts.deleteAccount}
        </button>
      </form>
    </details>
  );
}

/** Not sent to anybody: password managers look for it to know whose password is typed. */
function UserName({ email }: { email: string | null }) {
  return <input type="text" hidden autocomplete="username" value={email ?? ""} readOnly />;
}

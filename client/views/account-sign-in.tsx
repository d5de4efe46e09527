import { account as texts } from "../texts/spoken.ts";
import { AccountField, type FormBack, TokenField } from "./account-field.tsx";
import { Brand } from "./brand.tsx";

export interface SignInProps {
  readonly token: string;
  /** Fewest characters of a new password. */
  readonly leastPassword: number;
  readonly signIn: FormBack;
  readonly signUp: FormBack;
  /** What was done before the visitor came here. */
  readonly done: keyof typeof texts.done | null;
}

/** Sign in, or sign up, with two plain forms. */
export function SignInPage({ token, leastPassword, signIn, signUp, done }: SignInProps) {
  return (
    <div class="page account">
      <header class="top">
        <Brand />
      </header>
      {done && (
        <p class="note" role="status">
          {texts.done[done]}
        </p>
      )}
      <main class="account-doors">
        <SignIn token={token} back={signIn} />
        <SignUp token={token} leastPassword={leastPassword} back={signUp} />
      </main>
    </div>
  );
}

function SignIn({ token, back }: { token: string; back: FormBack }) {
  return (
    <section aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">{texts.signIn}</h1>
      <p class="hint">{texts.signInLead}</p>
      <form class="account-form" action="/login" method="post">
        <TokenField token={token} />
        <AccountField
          id="email"
          name="email"
          label={texts.email}
          type="email"
          autocomplete="username"
          back={back}
        />
        <AccountField
          id="password"
          name="password"
          label={texts.password}
          type="password"
          autocomplete="current-password"
          back={back}
        />
        <WholeError back={back} />
        <button type="submit" class="primary">
          {texts.signIn}
        </button>
      </form>
    </section>
  );
}

function SignUp({ token, leastPassword, back }: { token: string; leastPassword: number; back: FormBack }) {
  return (
    <section class="sheet" aria-labelledby="sign-up-title">
      <h2 id="sign-up-title">{texts.signUp}</h2>
      <p class="hint">{texts.signUpLead}</p>
      <form class="account-form" action="/login/new" method="post">
        <TokenField token={token} />
        <AccountField
          id="new-email"
          name="email"
          label={texts.email}
          type="email"
          autocomplete="username"
          back={back}
        />
        <AccountField
          id="new-password"
          name="password"
          label={texts.password}
          type="password"
          autocomplete="new-password"
          back={back}
          hint={texts.passwordHint(leastPassword)}
        />
        <WholeError back={back} />
        <button type="submit">{texts.signUp}</button>
      </form>
    </section>
  );
}

/** What is wrong with no field in particular. */
export function WholeError({ back }: { back: FormBack }) {
  return back.errors[""] ? (
    <p class="error" role="alert">
      {back.errors[""]()}
    </p>
  ) : null;
}

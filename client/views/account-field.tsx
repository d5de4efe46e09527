import { FieldError } from "./field.tsx";

/** Words that are found when they are said: by then the reader's language is spoken. */
export type Said = () => string;

/** What a form came back with: what was typed, never a password, and what is wrong, by field; `""` for the whole. */
export interface FormBack {
  readonly email: string;
  readonly errors: Readonly<Record<string, Said>>;
}

export const EMPTY_BACK: FormBack = { email: "", errors: {} };

interface AccountFieldProps {
  /** Unique on its page. */
  readonly id: string;
  readonly name: string;
  readonly label: string;
  readonly type: "email" | "password";
  /** What password managers go by. */
  readonly autocomplete: "username" | "current-password" | "new-password";
  readonly back: FormBack;
  readonly hint?: string;
}

export function AccountField({ id, name, label, type, autocomplete, back, hint }: AccountFieldProps) {
  const error = back.errors[name];
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const common = {
    id,
    name,
    required: true,
    autocomplete,
    autocapitalize: "none",
    spellcheck: false,
    "aria-invalid": error !== undefined,
    ...(described && { "aria-describedby": described }),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === "email" ? (
        <input type="email" {...common} value={back.email} />
      ) : (
        <input type="password" {...common} />
      )}
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <FieldError id={`${id}-error`} message={error?.()} />
    </div>
  );
}

/** Proves that the form was made for this browser; see `server/edge/csrf.ts`. */
export function TokenField({ token }: { token: string }) {
  return <input type="hidden" name="csrf" value={token} />;
}

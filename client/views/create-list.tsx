import { MAX_ROOM_POLLS } from "../../shared/limits.ts";
import {
  addQuestion,
  editQuestion,
  isBlank,
  moveQuestion,
  type QuestionForm,
  removeQuestion,
  undoRemoval,
} from "../create-form.ts";
import { writtenOptions } from "../create-options.ts";
import { everyPage, home as texts } from "../texts/spoken.ts";
import type { CreateProps } from "./create-actions.ts";
import { CreateQuestion } from "./create-question.tsx";

/** The questions of a room: one is open to be written, the others show what they are. */
export function CreateList({ form, actions }: CreateProps) {
  return (
    <section class="questions" aria-labelledby="questions-title">
      <h3 id="questions-title">{texts.questionList}</h3>
      <ol>
        {form.questions.map((question, index) => (
          <li key={question.key} class={index === form.at ? "card open" : "card"}>
            <CardHead question={question} index={index} form={form} actions={actions} />
            {index === form.at && <CreateQuestion form={form} actions={actions} />}
          </li>
        ))}
      </ol>
      <p class="removed" role="status">
        {form.removed && texts.questionRemoved}{" "}
        {form.removed && (
          <button type="button" class="quiet" id="undo-removal" onClick={() => actions?.change(undoRemoval)}>
            {texts.undo}
          </button>
        )}
      </p>
      {form.questions.length < MAX_ROOM_POLLS && (
        <button type="button" class="add" onClick={() => actions?.change(addQuestion)}>
          {texts.addQuestion}
        </button>
      )}
      <p class="hint">{texts.questionsHint}</p>
    </section>
  );
}

interface CardProps extends CreateProps {
  readonly question: QuestionForm;
  readonly index: number;
}

function CardHead({ question, index, form, actions }: CardProps) {
  const { key } = question;
  const isOpen = index === form.at;
  const isWrong = Object.keys(form.errors).some((name) => name.startsWith(`${key}.`));
  const move = (by: -1 | 1) => () => actions?.change((now) => moveQuestion(now, index, by));
  return (
    <div class="card-head">
      <span class="number">{everyPage.number(index + 1)}</span>
      {isOpen ? (
        <span class="about" />
      ) : (
        <button
          type="button"
          class="about"
          id={`edit-${key}`}
          onClick={() => actions?.change((now) => editQuestion(now, index))}
        >
          <span dir="auto">{question.question.trim() || texts.blankQuestion}</span>
          <small class={isWrong ? "error" : "hint"}>{isWrong ? texts.toMend : summaryOf(question)}</small>
        </button>
      )}
      <CardButton
        id={`up-${key}`}
        name={texts.moveUp(index + 1)}
        off={index === 0}
        onClick={move(-1)}
        path="m5 12 7-7 7 7M12 5v14"
      />
      <CardButton
        id={`down-${key}`}
        name={texts.moveDown(index + 1)}
        off={index === form.questions.length - 1}
        onClick={move(1)}
        path="m5 12 7 7 7-7M12 19V5"
      />
      <CardButton
        id={`remove-${key}`}
        name={texts.removeQuestion(index + 1)}
        onClick={() => actions?.change((now) => removeQuestion(now, index))}
        path="m6 6 12 12M18 6 6 18"
      />
    </div>
  );
}

interface CardButtonProps {
  readonly id: string;
  readonly name: string;
  readonly off?: boolean;
  readonly onClick: () => void;
  /** What is drawn on it, on a ground of 24 by 24. */
  readonly path: string;
}

export function CardButton({ id, name, off = false, onClick, path }: CardButtonProps) {
  return (
    <button
      type="button"
      class="icon"
      id={id}
      aria-label={name}
      title={name}
      disabled={off}
      onClick={onClick}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

function summaryOf(question: QuestionForm): string {
  const kind = texts.kinds[question.kind];
  return question.kind === "rating" || isBlank(question)
    ? kind
    : texts.summary(kind, writtenOptions(question).length);
}

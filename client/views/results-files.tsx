import { formatJoinCode, type JoinCode } from "../../shared/ids.ts";
import type { QuestionResults } from "../page-data.ts";
import { results as texts } from "../texts/spoken.ts";
import type { ResultsActions } from "./results-page.tsx";

interface FilesProps {
  readonly actions: ResultsActions | null;
}

/** What can be taken away of one question: its picture by whoever sees its numbers, the files by its host. */
export function QuestionFiles({
  view: { poll, results },
  actions,
}: Pick<QuestionResults, "view"> & FilesProps) {
  const { pollId, host } = poll;
  if (!host && !results.results) return null;
  const api = `/api/polls/${pollId}`;
  return (
    <ul class="files">
      {host && <FileLink path={`${api}/export.csv`} code={pollId} words={texts.csv} actions={actions} />}
      {host && <FileLink path={`${api}/export.json`} code={pollId} words={texts.json} actions={actions} />}
      <FileLink path={`${api}/chart.svg`} code={pollId} words={texts.svg} actions={actions} />
      {actions && (
        <li>
          <button type="button" onClick={() => actions.savePng(`${api}/chart.svg`, fileName(pollId, "png"))}>
            {texts.png}
          </button>
        </li>
      )}
    </ul>
  );
}

/** All questions of a room in one table. */
export function RoomFiles({ roomId, actions }: { readonly roomId: string } & FilesProps) {
  return (
    <ul class="files">
      <FileLink path={`/api/rooms/${roomId}/export.csv`} code={roomId} words={texts.csv} actions={actions} />
    </ul>
  );
}

interface FileLinkProps extends FilesProps {
  readonly path: string;
  readonly code: string;
  readonly words: string;
}

/** A plain link, which an owner's session opens; where the script has a host key, it fetches the file with it. */
function FileLink({ path, code, words, actions }: FileLinkProps) {
  const name = fileName(code, path.slice(path.lastIndexOf(".") + 1));
  const fetched = (event: Event) => {
    event.preventDefault();
    actions?.save(path, name);
  };
  return (
    <li>
      <a class="button" href={path} download={name} {...(actions && { onClick: fetched })}>
        {words}
      </a>
    </li>
  );
}

function fileName(code: string, extension: string): string {
  return `pollcast-${formatJoinCode(code as JoinCode)}.${extension}`; // as the server gave it
}

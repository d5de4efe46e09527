/** 거절된 까닭. 서버의 문장은 영어이므로 코드로 다시 말한다. */
import type { RefusalCode } from "../../../shared/refusals.ts";
import type { refusals as english } from "../en/refusals.ts";

const byCode: Partial<Record<RefusalCode, string>> = {
  BAD_MESSAGE: "입력에 잘못된 곳이 있습니다. 내용을 확인해 주세요.",
  NOT_ALLOWED: "호스트만 할 수 있습니다. 호스트 링크를 열거나 로그인해 주세요.",
  BAD_ORIGIN: "다른 사이트에서 보낸 요청은 받을 수 없습니다.",
  POLL_NOT_FOUND: "이 투표는 더 이상 없습니다.",
  ROOM_NOT_FOUND: "이 방은 더 이상 없습니다.",
  CONFLICT: "그사이 상태가 바뀌었습니다. 페이지를 새로고침해 주세요.",
  POLL_NOT_OPEN: "이 투표는 아직 시작되지 않았습니다.",
  POLL_CLOSED: "이 투표는 이미 마감되었습니다.",
  TOO_LARGE: "내용이 너무 깁니다. 줄여 주세요.",
  NOT_SUPPORTED: "여기서는 할 수 없습니다.",
  UNAVAILABLE: "지금은 서비스가 응답하지 않습니다. 잠시 후 다시 시도해 주세요.",
};

/** `after`: 몇 밀리초 뒤에 받을 수 있는지. */
function tooMany(after: number): string {
  const seconds = Math.ceil(after / 1000);
  const wait = seconds > 120 ? `${Math.ceil(seconds / 60)}분` : `${seconds}초`;
  return `요청이 너무 많습니다. ${wait} 후에 다시 시도해 주세요.`;
}

export const refusals: typeof english = {
  why: ({ code, retryAfterMs = 1000 }) => {
    if (code === "RATE_LIMITED") return tooMany(retryAfterMs);
    return (code && byCode[code]) ?? null;
  },
  atField: () => "이 칸의 내용을 확인해 주세요.",
};

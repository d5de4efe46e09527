/** 모든 페이지에서 쓰는 말. */
import type { everyPage as english } from "../en/every-page.ts";

function number(value: number): string {
  return value.toLocaleString("ko");
}

/** 남은 시간: `4:05`, `1시간 20분`, `3일`. */
function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)}일`;
  if (hours >= 1) return minutes % 60 ? `${hours}시간 ${minutes % 60}분` : `${hours}시간`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}

export const everyPage: typeof english = {
  brand: "Pollcast",
  language: "언어",
  number,
  duration,
  status: { draft: "시작 전", open: "진행 중", closed: "마감" },
  hiddenBecause: {
    live: "곧 결과가 표시됩니다.",
    afterVote: "투표하면 여기에 결과가 표시됩니다.",
    afterClose: "투표가 마감되면 여기에 결과가 표시됩니다.",
    hidden: "지금은 호스트가 결과를 숨기고 있습니다.",
  },

  timeLeft: (seconds) => `${duration(seconds)} 남음`,
  closing: "마감하는 중…",
  voted: (count) => `${number(count)}명 투표`,
  connected: (count) => `${number(count)}명 접속 중`,
  nextQuestion: (question) => `다음 질문: ${question}`,
  questionOf: (position, total) => `질문 ${total}개 중 ${position}번째`,

  options: "선택지",
  results: "결과",
  counting: "집계 중…",
  finalResults: "최종 결과",
  yourVote: "내 투표",
  leading: "최다 득표",
  votes: (count) => `${number(count)}표`,
  votesUnit: () => "표",
  percent: (percentage) => `${percentage}%`,
  ofVoters: (count) => `투표한 ${number(count)}명에 대한 비율입니다(복수 선택).`,
  noVotesYet: "아직 투표가 없습니다.",
  nobodyVoted: "아무도 투표하지 않았습니다.",
  average: "평균(5점 만점)",

  reconnecting: "연결이 끊겼습니다. 자동으로 다시 연결하고 있습니다…",
  offline: "연결이 끊겼습니다. 이 기기는 오프라인이며, 온라인이 되면 자동으로 다시 연결됩니다.",
  crowded: "접속이 몰리고 있습니다. 이 페이지를 열어 두면 자동으로 연결됩니다.",
  draining: "서버를 다시 시작하고 있습니다. 자동으로 다시 연결됩니다…",
  outdated: "Pollcast가 업데이트되었습니다. 페이지를 새로고침해 주세요.",
  reload: "새로고침",
  removed: "호스트가 이 투표를 삭제했습니다.",
  roomRemoved: "호스트가 이 방을 끝냈습니다.",
  noAnswer: "서버가 응답하지 않습니다. 다시 시도해 주세요.",
};

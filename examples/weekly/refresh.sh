#!/bin/sh
# Refresh the matrix of a workspace that is a git repository, and commit what came of it. For cron:
#
#     17 5 * * 1  /home/me/matrix/refresh.sh /home/me/matrix || mail -s "The matrix was not refreshed" me
#
# It prints what changed, so cron mails it. A workspace of several targets: name one as the second argument.
set -eu
cd "$1"
[ -f .gitignore ] || printf '%s\n' 'data/processed/*.duckdb*' 'data/raw/locks/' 'data/raw/tmp/' > .gitignore

moved=0
skillmatrix refresh --quiet --fail-on moved ${2:+--target "$2"} || moved=$?
case $moved in
  0) subject='Weekly refresh' ;;
  7) subject='Weekly refresh: skills moved' ;;
  *) exit "$moved" ;;
esac
git add --all
git diff --cached --quiet || git commit --quiet --message "$subject"

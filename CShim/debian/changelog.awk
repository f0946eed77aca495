# CHANGELOG.md as Debian writes it. Each point goes on lines of less than 80 characters; an entry without a number is left
# out, as is all that is no point. `maintainer` is NAME <ADDRESS>.

function end_point(   count, words, line, i) {
  count = split(point, words, " ")
  line = "  *"
  for (i = 1; i <= count; i++) {
    if (length(line " " words[i]) > 79) { print line; line = "   " }
    line = line " " words[i]
  }
  if (count > 0) print line
  point = ""
}

function end_entry(   command, date) {
  end_point()
  if (version == "") return
  command = "LC_ALL=C date --utc --rfc-email --date " day
  command | getline date
  close(command)
  printf "\n -- %s  %s\n\n", maintainer, date
  version = ""
}

/^## / { end_entry() }
/^## \[[0-9.]+\] - [0-9-]+$/ {
  version = substr($2, 2, length($2) - 2)
  day = $4
  printf "impasto (%s) unstable; urgency=medium\n\n", version
}
/^- / { end_point() }
version != "" && (/^- / || /^  [^ ]/) { point = point " " substr($0, 3) }
/^$/ { end_point() }
END { end_entry() }

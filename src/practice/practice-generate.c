/* Letters by the thousand: words drawn by a small generator of its own, because GRand's numbers are
 * no promise across versions. */
#include "config.h"

#include "practice-generate.h"

#include "mail-date.h"

static const char *const words[] = {
  "the",    "ferry",   "leaves", "at",     "nine",    "and",     "we",      "still",    "need",
  "two",    "more",    "chairs", "for",    "reading", "room",    "window",  "please",   "bring",
  "tea",    "paper",   "stamps", "garden", "north",   "letter",  "answer",  "soon",     "before",
  "Friday", "evening", "with",   "old",    "map",     "of",      "harbour", "quiet",    "morning",
  "train",  "late",    "again",  "but",    "worth",   "waiting", "copy",    "enclosed", "thanks",
};

static const char *const people[] = { "Grace",   "Edsger", "Emmy",   "Alan",   "Hedy",
                                      "Barbara", "Claude", "Sophie", "Donald", "Radia" };

/* splitmix64: one multiplication more than trivial, and good enough for prose. */
static guint64
next (guint64 *state)
{
  guint64 z = (*state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15));

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

static void
add_words (GString *out, guint64 *state, guint count, guint per_line)
{
  for (guint i = 0; i < count; i++)
    {
      g_string_append (out, words[next (state) % G_N_ELEMENTS (words)]);
      if (i + 1 < count)
        g_string_append (out, (i + 1) % per_line == 0 ? "\r\n" : " ");
    }
}

GBytes *
practice_generate (guint64 seed, guint index, gint64 date)
{
  guint64 state = seed * 1000003 + index;
  GString *out = g_string_sized_new (4096);
  const char *from = people[next (&state) % G_N_ELEMENTS (people)];
  g_autofree char *when = mail_date_format (date, 60);
  g_autofree char *address = g_ascii_strdown (from, -1);
  guint paragraphs = 2 + (guint) (next (&state) % 8);

  g_string_append_printf (
      out,
      "Return-Path: <%s@b.example>\r\n"
      "Received: from b.example by practice.example with ESMTP id g%u;\r\n\t%s\r\n"
      "Date: %s\r\nFrom: %s <%s@b.example>\r\nTo: Ada <ada@practice.example>\r\n"
      "Message-ID: <g%u.%" G_GUINT64_FORMAT "@b.example>\r\nSubject: ",
      address,
      index,
      when,
      when,
      from,
      address,
      index,
      seed);
  add_words (out, &state, 3 + (guint) (next (&state) % 5), 100);
  g_string_append_printf (
      out,
      " %u\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
      "Dear Ada,\r\n\r\n",
      index);
  for (guint i = 0; i < paragraphs; i++)
    {
      add_words (out, &state, 20 + (guint) (next (&state) % 60), 12);
      g_string_append (out, ".\r\n\r\n");
    }
  g_string_append_printf (out, "%s\r\n", from);
  return g_string_free_to_bytes (out);
}

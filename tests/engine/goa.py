"""A desktop with online accounts, of which some have mail: org.gnome.OnlineAccounts as far as mail clients use it.
`goa.py TOKENS PASSWORD [MAIL]`: one account gives the tokens, the next of them after EnsureCredentials; one has a password; one
wants the person; one has no mail. MAIL is what their properties have otherwise, as JSON. Prints a line when it can be
asked."""
import json
import sys

from gi.repository import Gio, GLib

NAME = "org.gnome.OnlineAccounts"
ROOT = "/org/gnome/OnlineAccounts"
NODES = Gio.DBusNodeInfo.new_for_xml(f"""<node>
<interface name="org.freedesktop.DBus.ObjectManager">
 <method name="GetManagedObjects"><arg type="a{{oa{{sa{{sv}}}}}}" direction="out"/></method></interface>
<interface name="{NAME}.Account"><method name="EnsureCredentials"><arg type="i" direction="out"/></method></interface>
<interface name="{NAME}.OAuth2Based"><method name="GetAccessToken"><arg type="s" direction="out"/><arg type="i" direction="out"/></method>
</interface>
<interface name="{NAME}.PasswordBased"><method name="GetPassword"><arg type="s" direction="in"/><arg type="s" direction="out"/></method>
</interface></node>""")
TOKENS, PASSWORD = sys.argv[1].split(","), sys.argv[2]
MAIL = {"EmailAddress": "ada@restante.test", "Name": "Ada Lovelace", "ImapSupported": True, "ImapHost": "imap.restante.test",
        "ImapUserName": "ada", "ImapUseSsl": True, "ImapUseTls": False, "SmtpSupported": True,
        "SmtpHost": "smtp.restante.test:2525", "SmtpUserName": "ada", "SmtpUseSsl": False, "SmtpUseTls": True}
MAIL |= json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}


def variants(values):
    return {name: GLib.Variant("b" if isinstance(value, bool) else "s", value) for name, value in values.items()}


def account(name, provider, kind=None, **changes):
    interfaces = {f"{NAME}.Account": variants({"Id": name, "ProviderName": provider,
                                               "MailDisabled": changes.pop("MailDisabled", False)})}
    if kind:
        interfaces |= {f"{NAME}.{kind}": {}, f"{NAME}.Mail": variants(MAIL | changes)}
    return interfaces


OBJECTS = {f"{ROOT}/Accounts/{name}": account(name, *more) for name, *more in (
    ("token", "Google", "OAuth2Based"), ("password", "Own server", "PasswordBased"), ("lapsed", "Microsoft", "OAuth2Based"),
    ("files", "Nextcloud"))}
OBJECTS[f"{ROOT}/Accounts/off"] = account("off", "Google", "OAuth2Based", MailDisabled=True)


def answer(_bus, _sender, path, _interface, method, _parameters, invocation):
    if method == "GetManagedObjects":
        invocation.return_value(GLib.Variant("(a{oa{sa{sv}}})", (OBJECTS,)))
    elif path.endswith("/lapsed"):
        invocation.return_dbus_error(f"{NAME}.Error.NotAuthorized", "secret words of a provider")
    elif method == "EnsureCredentials":
        del TOKENS[:len(TOKENS) > 1]
        invocation.return_value(GLib.Variant("(i)", (0,)))
    elif method == "GetAccessToken":
        invocation.return_value(GLib.Variant("(si)", (TOKENS[0], 3600)))
    else:
        invocation.return_value(GLib.Variant("(s)", (PASSWORD,)))


def register(bus, *_):
    bus.register_object(ROOT, NODES.lookup_interface("org.freedesktop.DBus.ObjectManager"), answer, None, None)
    for path, interfaces in OBJECTS.items():
        for interface in interfaces:
            if info := NODES.lookup_interface(interface):
                bus.register_object(path, info, answer, None, None)


Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE, register, lambda *_: print("ready", flush=True), None)
GLib.MainLoop().run()

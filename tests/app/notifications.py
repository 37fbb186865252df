"""A desktop that shows notifications, as far as programs use it: prints title and body of each, as JSON."""
import json

from gi.repository import Gio, GLib

NAME = "org.freedesktop.Notifications"
NODES = Gio.DBusNodeInfo.new_for_xml(f"""<node><interface name="{NAME}">
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/><arg type="s" direction="out"/>
 <arg type="s" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
 <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{{sv}}" direction="in"/>
 <arg type="i" direction="in"/><arg type="u" direction="out"/></method></interface></node>""")


def answer(_bus, _sender, _path, _interface, method, parameters, invocation):
    if method == "Notify":
        print(json.dumps(parameters.unpack()[3:5]), flush=True)
        invocation.return_value(GLib.Variant("(u)", (1,)))
    elif method == "GetCapabilities":
        invocation.return_value(GLib.Variant("(as)", (["body"],)))
    elif method == "GetServerInformation":
        invocation.return_value(GLib.Variant("(ssss)", ("desktop", "tests", "1", "1.2")))
    else:
        invocation.return_value(None)


Gio.bus_own_name(Gio.BusType.SESSION, NAME, Gio.BusNameOwnerFlags.NONE,
                 lambda bus, _: bus.register_object("/org/freedesktop/Notifications", NODES.interfaces[0], answer, None, None),
                 lambda *_: print("ready", flush=True), None)
GLib.MainLoop().run()

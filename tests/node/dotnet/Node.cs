// Path mapping, trace and clock of the simulated machine. Compiled by FakeNode.Enter.ps1, needs only the assemblies PowerShell brings.

namespace Lab
{
    // Where the simulated machine lives, its clock and its trace.
    public static class Node
    {
        public static string Root = "";      // drives are Root/c, Root/d ...
        public static string State = "";     // Root/state
        static readonly object gate = new object();

        public static void Open(string root)
        {
            Root = Path.GetFullPath(root).TrimEnd('/');
            State = Path.Combine(Root, "state");
            Directory.CreateDirectory(State);
        }

        // c:\k\x -> <root>/c/k/x ; names are matched without regard to case where the file exists
        public static string ToNative(string path) { return ToNative(path, null); }
        public static string ToNative(string path, string cwd)
        {
            if (string.IsNullOrEmpty(path)) return path;
            string p = path;
            int prov = p.IndexOf("::", StringComparison.Ordinal);
            if (prov > 0) p = p.Substring(prov + 2);
            if (p.StartsWith("\\\\?\\")) p = p.Substring(4);
            string start; string rest;
            if (p.Length >= 2 && p[1] == ':' && char.IsLetter(p[0]))
            {
                start = Path.Combine(Root, char.ToLowerInvariant(p[0]).ToString());
                rest = p.Substring(2);
            }
            else if (p.StartsWith("/")) { return p.Replace('\\', '/'); }
            else if (p.StartsWith("\\")) { start = Path.Combine(Root, "c"); rest = p; }
            else { start = cwd == null ? Environment.CurrentDirectory : ToNative(cwd); rest = p; }
            var done = new List<string>();
            foreach (var part in rest.Split('/', '\\'))
            {
                if (part.Length == 0 || part == ".") continue;
                if (part == "..") { if (done.Count > 0) done.RemoveAt(done.Count - 1); continue; }
                done.Add(part);
            }
            string cur = start;
            foreach (var part in done)
            {
                string next = Path.Combine(cur, part);
                if (!File.Exists(next) && !Directory.Exists(next) && Directory.Exists(cur))
                {
                    foreach (var e in Directory.EnumerateFileSystemEntries(cur))
                        if (string.Equals(Path.GetFileName(e), part, StringComparison.OrdinalIgnoreCase)) { next = e; break; }
                }
                cur = next;
            }
            return cur;
        }

        // <root>/c/k/x -> C:\k\x
        public static string ToWindows(string native)
        {
            if (native == null) return null;
            if (native.StartsWith(Root + "/") && native.Length > Root.Length + 1)
            {
                string r = native.Substring(Root.Length + 1);
                if (r.Length == 1) return char.ToUpperInvariant(r[0]) + ":\\";
                if (r[1] == '/') return char.ToUpperInvariant(r[0]) + ":" + r.Substring(1).Replace('/', '\\');
            }
            return native;
        }

        static string ClockFile { get { return Path.Combine(State, "clock"); } }
        public static long ClockMs()
        {
            try { return long.Parse(File.ReadAllText(ClockFile).Trim()); } catch { return 0; }
        }
        public static void Advance(long ms)
        {
            lock (gate) { File.WriteAllText(ClockFile, (ClockMs() + ms).ToString()); }
        }

        public static void Trace(string kind, string name, object args, object result)
        {
            var o = new Dictionary<string, object>();
            o["t"] = ClockMs() / 1000.0;
            o["kind"] = kind;
            o["name"] = name;
            o["args"] = Flat(args, 0);
            if (result != null) o["result"] = Flat(result, 0);
            string line = JsonSerializer.Serialize(o, Plain) + "\n";
            lock (gate) { File.AppendAllText(Path.Combine(State, "trace.jsonl"), line); }
        }

        internal static readonly JsonSerializerOptions Plain = new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

        static object Flat(object v, int depth)
        {
            if (v == null) return null;
            PSObject pso = v as PSObject;
            object b = pso != null ? pso.BaseObject : v;
            if (b is string || b is bool || b is int || b is long || b is double) return b;
            if (b is SwitchParameter) return ((SwitchParameter)b).IsPresent;
            if (depth < 3)
            {
                var d = b as IDictionary;
                if (d != null)
                {
                    var r = new SortedDictionary<string, object>(StringComparer.Ordinal);
                    foreach (DictionaryEntry e in d) r[Convert.ToString(e.Key)] = Flat(e.Value, depth + 1);
                    return r;
                }
                var l = b as IEnumerable;
                if (l != null && !(b is PSCustomObject))
                {
                    var r = new List<object>();
                    foreach (var e in l) { r.Add(Flat(e, depth + 1)); if (r.Count >= 50) break; }
                    return r;
                }
            }
            string s = pso != null ? pso.ToString() : Convert.ToString(b);
            return s.Length > 400 ? s.Substring(0, 400) + "..." : s;
        }
    }
}

// Its registry. Compiled by FakeNode.Enter.ps1, needs only the assemblies PowerShell brings.

namespace Lab
{
    public class RegValue { public string kind { get; set; } public string value { get; set; } public string[] list { get; set; } }

    // The whole registry: key path -> values.  Kept in Root/state/registry.json.
    public static class Reg
    {
        static SortedDictionary<string, SortedDictionary<string, RegValue>> keys;
        static DateTime stamp;
        static string FileName { get { return Path.Combine(Node.State, "registry.json"); } }

        static void Load()
        {
            DateTime now = File.Exists(FileName) ? File.GetLastWriteTimeUtc(FileName) : DateTime.MinValue;
            if (keys != null && now == stamp) return;
            keys = new SortedDictionary<string, SortedDictionary<string, RegValue>>(StringComparer.OrdinalIgnoreCase);
            if (File.Exists(FileName))
            {
                var raw = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, RegValue>>>(File.ReadAllText(FileName));
                foreach (var k in raw)
                {
                    var vals = new SortedDictionary<string, RegValue>(StringComparer.OrdinalIgnoreCase);
                    foreach (var v in k.Value) vals[v.Key] = v.Value;
                    keys[k.Key] = vals;
                }
            }
            foreach (var hive in new[] { "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER", "HKEY_USERS", "HKEY_CLASSES_ROOT" })
                if (!keys.ContainsKey(hive)) keys[hive] = new SortedDictionary<string, RegValue>(StringComparer.OrdinalIgnoreCase);
            stamp = now;
        }
        // ---- services: their keys show what state/services holds, and nssm's settings are the values below Parameters, as on Windows
        const string ServiceRoot = @"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\";
        static string ServiceOf(string path, out bool parameters)
        {
            parameters = false;
            if (!path.StartsWith(ServiceRoot, StringComparison.OrdinalIgnoreCase)) return null;
            string[] rest = path.Substring(ServiceRoot.Length).Split('\\');
            if (rest.Length > 2 || rest.Length == 2 && !rest[1].Equals("Parameters", StringComparison.OrdinalIgnoreCase)) return null;
            parameters = rest.Length == 2;
            string dir = Path.Combine(Node.State, "services", rest[0].ToLowerInvariant());
            return Directory.Exists(dir) && (!parameters || File.Exists(Path.Combine(dir, "Manager"))) ? dir : null;
        }
        static readonly Dictionary<string, string> Own = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { { "ImagePath", "BinaryPath" }, { "DisplayName", "DisplayName" }, { "ObjectName", "ObjectName" },
            { "Application", "Application" }, { "AppParameters", "AppParameters" }, { "AppDirectory", "AppDirectory" } };
        static SortedDictionary<string, RegValue> ServiceValues(string path)
        {
            bool parameters; string dir = ServiceOf(path, out parameters);
            if (dir == null) return null;
            var vals = new SortedDictionary<string, RegValue>(StringComparer.OrdinalIgnoreCase);
            Func<string, string> read = n => File.Exists(Path.Combine(dir, n)) ? File.ReadAllText(Path.Combine(dir, n)).TrimEnd('\n') : null;
            foreach (var name in parameters ? new[] { "Application", "AppParameters", "AppDirectory" } : new[] { "ImagePath", "DisplayName", "ObjectName" })
                if (read(Own[name]) != null) vals[name] = new RegValue { kind = name == "DisplayName" || name == "ObjectName" ? "String" : "ExpandString", value = read(Own[name]) };
            string prefix = parameters ? "nssm." : "reg.";
            foreach (var f in Directory.GetFiles(dir, prefix + "*"))
            {
                string name = Path.GetFileName(f).Substring(prefix.Length), text = File.ReadAllText(f).TrimEnd('\n');
                if (parameters && (name == "Type" || name == "Start")) continue;    // Windows keeps these itself
                vals[name] = new RegValue { kind = text != "" && text.All(char.IsDigit) ? "DWord" : "ExpandString", value = text };
            }
            if (!parameters)
            {
                string start = read("StartType"), needs = read("DependsOn");
                vals["Start"] = new RegValue { kind = "DWord", value = start == "Automatic" ? "2" : start == "Disabled" ? "4" : "3" };
                vals["Type"] = new RegValue { kind = "DWord", value = "16" };
                if (!string.IsNullOrWhiteSpace(needs)) vals["DependOnService"] = new RegValue { kind = "MultiString", list = needs.Split(new[] { ' ', '/', ',', '\n' }, StringSplitOptions.RemoveEmptyEntries) };
            }
            return vals;
        }
        static bool SetServiceValue(string path, string name, RegValue r)    // r null: remove
        {
            bool parameters; string dir = ServiceOf(path, out parameters);
            if (dir == null) return false;
            string text = r == null ? null : r.list != null ? string.Join(" ", r.list) : r.value, file;
            if (!parameters && name.Equals("Start", StringComparison.OrdinalIgnoreCase)) { file = "StartType"; text = text == "2" ? "Automatic" : text == "4" ? "Disabled" : "Manual"; }
            else if (!parameters && name.Equals("DependOnService", StringComparison.OrdinalIgnoreCase)) { file = "DependsOn"; text = text ?? ""; }
            else if (!Own.TryGetValue(name, out file)) file = (parameters ? "nssm." : "reg.") + name;
            file = Path.Combine(dir, file);
            if (text == null) File.Delete(file); else File.WriteAllText(file, text);
            return true;
        }

        static void Save()
        {
            File.WriteAllText(FileName, JsonSerializer.Serialize(keys, Node.Plain));
            stamp = File.GetLastWriteTimeUtc(FileName);
        }

        public static string Norm(string path)
        {
            string p = (path ?? "").Replace('/', '\\');
            int i = p.IndexOf("::", StringComparison.Ordinal);
            if (i >= 0) p = p.Substring(i + 2);
            string[] parts = p.Split(new[] { '\\' }, StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0)
            {
                switch (parts[0].TrimEnd(':').ToUpperInvariant())
                {
                    case "HKLM": parts[0] = "HKEY_LOCAL_MACHINE"; break;
                    case "HKCU": parts[0] = "HKEY_CURRENT_USER"; break;
                    case "HKU": parts[0] = "HKEY_USERS"; break;
                    case "HKCR": parts[0] = "HKEY_CLASSES_ROOT"; break;
                }
            }
            return string.Join("\\", parts);
        }
        public static bool Exists(string path) { Load(); string p = Norm(path); return p == "" || keys.ContainsKey(p) || ServiceValues(p) != null; }
        public static void Create(string path)
        {
            Load();
            string[] parts = Norm(path).Split('\\');
            for (int i = 1; i <= parts.Length; i++)
            {
                string p = string.Join("\\", parts.Take(i));
                if (!keys.ContainsKey(p)) keys[p] = new SortedDictionary<string, RegValue>(StringComparer.OrdinalIgnoreCase);
            }
            Save();
        }
        // for key names that hold a slash: exactly one level below parent
        public static string CreateChild(string parent, string name)
        {
            Load(); string p = Norm(parent);
            foreach (var part in name.Split('\\'))
            {
                p = p + "\\" + part;
                if (!keys.ContainsKey(p)) keys[p] = new SortedDictionary<string, RegValue>(StringComparer.OrdinalIgnoreCase);
            }
            Save(); return p;
        }
        public static bool ExistsRaw(string p) { Load(); return keys.ContainsKey(p) || ServiceValues(p) != null; }
        public static void Delete(string path)
        {
            Load(); string p = Norm(path);
            foreach (var k in keys.Keys.Where(k => k.Equals(p, StringComparison.OrdinalIgnoreCase) || k.StartsWith(p + "\\", StringComparison.OrdinalIgnoreCase)).ToList()) keys.Remove(k);
            Save();
        }
        public static List<string> Children(string path)
        {
            Load(); string p = Norm(path);
            if (p == "") return keys.Keys.Where(k => k.IndexOf('\\') < 0).ToList();
            string pre = p + "\\";
            return keys.Keys.Where(k => k.StartsWith(pre, StringComparison.OrdinalIgnoreCase) && k.IndexOf('\\', pre.Length) < 0).Select(k => k.Substring(pre.Length)).ToList();
        }
        static SortedDictionary<string, RegValue> Vals(string path) { Load(); SortedDictionary<string, RegValue> v; return keys.TryGetValue(Norm(path), out v) ? v : null; }
        public static SortedDictionary<string, RegValue> RawVals(string p) { Load(); SortedDictionary<string, RegValue> v = ServiceValues(Norm(p)); return v ?? (keys.TryGetValue(p, out v) ? v : Vals(p)); }
        public static string[] ValueNames(string path) { var v = RawVals(path); return v == null ? new string[0] : v.Keys.ToArray(); }
        public static object Get(string path, string name)
        {
            var v = RawVals(path); RegValue r;
            if (v == null || !v.TryGetValue(name ?? "", out r)) return null;
            return Out(r);
        }
        public static string Kind(string path, string name) { var v = RawVals(path); RegValue r; return v != null && v.TryGetValue(name ?? "", out r) ? r.kind : null; }
        static object Out(RegValue r)
        {
            switch (r.kind)
            {
                case "DWord": return unchecked((int)(uint)(long.Parse(r.value) & 0xffffffff));
                case "QWord": return long.Parse(r.value);
                case "MultiString": return r.list ?? new string[0];
                case "Binary": return Convert.FromBase64String(r.value ?? "");
                default: return r.value ?? "";
            }
        }
        public static void Set(string path, string name, object value, string kind)
        {
            Load();
            PSObject po = value as PSObject; if (po != null) value = po.BaseObject;
            var vals = RawVals(path);
            if (vals == null) { Create(path); vals = RawVals(path); }
            if (string.IsNullOrEmpty(kind) || kind == "Unknown" || kind == "None")
            {
                RegValue old;
                if (vals.TryGetValue(name ?? "", out old)) kind = old.kind;
                else if (value is int || value is uint || value is bool) kind = "DWord";
                else if (value is long || value is ulong) kind = "QWord";
                else if (value is byte[]) kind = "Binary";
                else if (value is string[] || value is object[]) kind = "MultiString";
                else kind = "String";
            }
            var r = new RegValue { kind = kind };
            switch (kind)
            {
                case "DWord": case "QWord":
                    r.value = Convert.ToInt64(LanguagePrimitives.ConvertTo(value, typeof(decimal))).ToString(); break;
                case "MultiString":
                    r.list = value is IEnumerable && !(value is string) ? ((IEnumerable)value).Cast<object>().Select(o => Convert.ToString(o)).ToArray() : new[] { Convert.ToString(value) }; break;
                case "Binary": r.value = Convert.ToBase64String((byte[])LanguagePrimitives.ConvertTo(value, typeof(byte[]))); break;
                default: r.value = Convert.ToString(LanguagePrimitives.ConvertTo(value, typeof(string))); break;
            }
            if (!SetServiceValue(Norm(path), name ?? "", r)) { vals[name ?? ""] = r; Save(); }
            Node.Trace("registry", "set", path + "!" + name, kind + ":" + (r.list != null ? string.Join(";", r.list) : r.value));
        }
        public static bool Remove(string path, string name)
        {
            var v = RawVals(path); if (v == null || !v.Remove(name)) return false;
            if (!SetServiceValue(Norm(path), name, null)) Save();
            Node.Trace("registry", "remove", path + "!" + name, null); return true;
        }
    }
}

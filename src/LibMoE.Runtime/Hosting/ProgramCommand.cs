using System.Reflection;

namespace LibMoE.Runtime.Hosting;

/// <summary>The command that started the program, and the program's version.</summary>
/// <param name="Text">As one would type it again.</param>
/// <param name="Version">With the commit after a plus sign where the build knew it.</param>
internal sealed record ProgramCommand(string Text, string Version)
{
    /// <summary>Of a program and its arguments.</summary>
    public static ProgramCommand Of(string name, IEnumerable<string> args) => new(
        string.Join(' ', args.Select(Quoted).Prepend(name)),
        Assembly.GetEntryAssembly()?.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>As shells take it: in quotation marks where it is more than a plain word.</summary>
    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(letter => char.IsLetterOrDigit(letter) || "-_=:,./+@%".Contains(letter))
            ? argument
            : $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}

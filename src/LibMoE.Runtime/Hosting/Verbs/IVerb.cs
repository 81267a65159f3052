namespace LibMoE.Runtime;

/// <summary>A verb of the command line whose constructor takes what it needs from the application's services; <see cref="Verb.Of{TVerb}"/>
/// makes a row of the table of verbs of it.</summary>
/// <remarks>
/// What help shows is static, because the command line is read before there are services. The verb itself is made of registered services,
/// as any class is: settings as their records, <c>IAnsiConsole</c> for what it shows, <c>IEnumerable&lt;MoeVariant&gt;</c> for the declared
/// layers; a parameter with a default value may be missing among the services.
/// </remarks>
/// <example>
/// <code>
/// internal sealed class CountVerb(IEnumerable&lt;MoeVariant&gt; declared, IAnsiConsole console) : IVerb
/// {
///     public static string Name => "count";
///     public static string Description => "Counts the declared variants.";
///     public static IReadOnlyList&lt;VerbOption&gt; Options => [];
///
///     public Task&lt;int&gt; RunAsync(CancellationToken stop)
///     {
///         console.WriteLine($"{declared.Count()}");
///         return Task.FromResult(ExitCode.Done);
///     }
/// }
///
/// builder.Verbs.Add(Verb.Of&lt;CountVerb&gt;());
/// </code>
/// </example>
public interface IVerb
{
    /// <inheritdoc cref="Verb.Name" />
    static abstract string Name { get; }

    /// <inheritdoc cref="Verb.Description" />
    static abstract string Description { get; }

    /// <inheritdoc cref="Verb.Options" />
    static abstract IReadOnlyList<VerbOption> Options { get; }

    /// <summary>The sections of the configuration that it reads, whose settings help lists; null: those that its options set keys
    /// of.</summary>
    static virtual IReadOnlyList<string>? Sections => null;

    /// <inheritdoc cref="Verb.Quick" />
    static virtual IReadOnlyDictionary<string, string?> Quick => new Dictionary<string, string?>();

    /// <summary>What is wrong with settings that are right each by itself, such as the name of a variant that does not exist. It is asked
    /// before the verb runs, and reported together with all else that is wrong; nothing large is read for it.</summary>
    /// <remarks>A verb that can tell some of it where other sections are wrong takes <c>IOptions&lt;T&gt;</c> in the place of their
    /// records, and <see cref="Lazy{T}"/> of what is made of them.</remarks>
    /// <returns>One sentence each; empty where all is well.</returns>
    IReadOnlyList<string> Problems() => [];

    /// <summary>Does the work.</summary>
    /// <param name="stop">Set when the user asks to stop: finish what must be finished, save, and throw.</param>
    /// <returns>The exit code; see <see cref="ExitCode"/>.</returns>
    /// <exception cref="ConfigurationException">A setting cannot be used; nothing was started.</exception>
    /// <exception cref="OperationCanceledException">The user stopped the work and everything finished is saved.</exception>
    Task<int> RunAsync(CancellationToken stop);
}

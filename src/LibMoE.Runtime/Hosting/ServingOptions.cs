using System.Net;
using LibMoE.Runtime.Hosting;

namespace LibMoE.Runtime;

/// <summary>How a model is served; configuration section <c>Serving</c>.</summary>
public sealed record ServingOptions
{
    /// <summary>The model's file or folder.</summary>
    public string Model { get; init; } = "";

    /// <summary>What clients call the model; empty takes the name of its file or folder.</summary>
    public string Name { get; init; } = "";

    /// <summary>The address to listen on. Any but a loopback address needs a key.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; init; } = 5081;

    /// <summary>The key that requests must bring as <c>Authorization: Bearer KEY</c>; empty asks for none. Say it in the environment,
    /// where other users do not see it.</summary>
    public string ApiKey { get; init; } = "";

    /// <summary>Further keys, each by the name of who has it: <c>Serving:Keys:alice</c>, in the environment
    /// <c>LIBMOE_Serving__Keys__alice</c>. The names stand in the audit log, the keys nowhere.</summary>
    public IReadOnlyDictionary<string, string> Keys { get; init; } = new Dictionary<string, string>();

    /// <summary>The file that orders on experts are written to (<see cref="Runtime.AuditLog"/>); empty refuses them.</summary>
    public string AuditLog { get; init; } = "";

    /// <summary>Whether only a model is served whose use the audit log says to be approved, by the verb <c>audit</c>.</summary>
    public bool ApprovedOnly { get; init; }

    /// <summary>How the turns of a conversation become a prompt: plain, phi3, vicuna or llama. Empty takes the chat template that the
    /// model's tokenizer came with, and refuses conversations where it has none.</summary>
    public string ChatTemplate { get; init; } = "";

    /// <summary>How many texts are continued together at most.</summary>
    public int Texts { get; init; } = 64;

    /// <summary>How many requests may wait beside those; more are refused with status 429.</summary>
    public int Waiting { get; init; } = 256;

    /// <summary>How many tokens the caches of all texts hold together at most; 0 takes as many as 1 GiB holds, and at least one
    /// context.</summary>
    public long CacheTokens { get; init; }

    /// <summary>How many tokens one request may ask for at most.</summary>
    public int MaxTokens { get; init; } = 4096;

    /// <summary>The longest body of a request, in bytes; a longer one is refused with status 413.</summary>
    public long MaxBody { get; init; } = 1 << 20;

    /// <summary>How many connections may be open at a time; further ones are closed.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary>For how many seconds a connection may stay open without a request.</summary>
    public int IdleSeconds { get; init; } = 130;

    /// <summary>For how many seconds a client may leave a piece of its answer unread; then its connection is closed and its text
    /// ends.</summary>
    public int ReadSeconds { get; init; } = 10;

    /// <summary>Whether only this machine can reach the address.</summary>
    internal bool IsLoopback => Address == "localhost" || (IPAddress.TryParse(Address, out var address) && IPAddress.IsLoopback(address));

    /// <summary>What is wrong, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        var problems = new List<string>();
        Require(Port is >= 0 and <= 65535, nameof(Port), Port, "be from 0 (any free port) to 65535");
        Require(Texts >= 1, nameof(Texts), Texts, "be at least 1");
        Require(Waiting >= 0, nameof(Waiting), Waiting, "be at least 0");
        Require(CacheTokens >= 0, nameof(CacheTokens), CacheTokens, "be at least 0; 0 takes as many as 1 GiB holds");
        Require(MaxTokens >= 1, nameof(MaxTokens), MaxTokens, "be at least 1");
        Require(MaxBody >= 1, nameof(MaxBody), MaxBody, "be at least 1");
        Require(Connections >= 1, nameof(Connections), Connections, "be at least 1");
        Require(IdleSeconds is >= 1 and <= 86_400, nameof(IdleSeconds), IdleSeconds, "be from 1 to 86400");
        Require(ReadSeconds is >= 1 and <= 86_400, nameof(ReadSeconds), ReadSeconds, "be from 1 to 86400");
        problems.AddRange(ServingKeys.Problems(this));
        if (ApprovedOnly && AuditLog.Length == 0)
        {
            problems.Add("Serving:ApprovedOnly needs Serving:AuditLog, the log that says which models are approved.");
        }

        if (Address != "localhost" && !IPAddress.TryParse(Address, out _))
        {
            problems.Add($"Serving:Address is '{Address}'; it must be an IP address such as 127.0.0.1, or localhost.");
        }
        else if (!IsLoopback && ApiKey.Length == 0 && Keys.Count == 0)
        {
            problems.Add(
                $"Serving:Address is {Address}, which other machines can reach, but Serving:ApiKey is empty; "
                + "set a key (LIBMOE_Serving__ApiKey in the environment) or listen on 127.0.0.1.");
        }

        if (ChatTemplate.Length > 0 && ConversationTemplate.All.All(template => template.Name != ChatTemplate))
        {
            problems.Add(
                $"Serving:ChatTemplate is '{ChatTemplate}'; it must be one of "
                + $"{string.Join(", ", ConversationTemplate.All.Select(template => template.Name))}, or empty.");
        }

        return problems;

        void Require(bool holds, string key, long value, string allowed)
        {
            if (!holds)
            {
                problems.Add(FormattableString.Invariant($"Serving:{key} is {value}; it must {allowed}."));
            }
        }
    }
}

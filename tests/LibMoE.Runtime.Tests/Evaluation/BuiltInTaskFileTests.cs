using LibMoE.Runtime.Tests.Docs;

namespace LibMoE.Runtime.Tests.Evaluation;

/// <summary>The built-in tasks are files as users write them, and ask what they asked when they were written in C#.</summary>
public sealed class BuiltInTaskFileTests
{
    private static readonly string Folder = Repository.PathOf("src", "LibMoE.Runtime", "Evaluation", "Tasks", "Known");

    /// <summary>SHA-256 of each task as it was in C#: scores, caches and results of earlier versions hold for the same tasks.</summary>
    public static TheoryData<string, string> Hashes => new()
    {
        { "ai2d", "40732bbfa0989a8d88bc5781e9397bbae5153e9385e4315c971286e0ad171d21" },
        { "arc_challenge", "a49923cbb71013fe24a2cb234f97385552e0babd32cf0a332ad2ee4ae3aca698" },
        { "arc_easy", "0f730bcd761107ee82e6d8e75e3ea75725a466edb3c01d6360c9ab86f42a8f38" },
        { "blimp", "2c4c6cbe06be0a532db0bdee36aaf5bdb7833f7cd859bb997ece4d7e99b339fc" },
        { "blimp_harness", "f899bb2b8317910d82d92a361cca13f382d605dc3ea4236f52d0760a2392c2c8" },
        { "boolq", "90d7db1969bba752ce82496dafd3d4bd135298178d6df4c8975073fffb366893" },
        { "cbt", "d9560c591f070885f4541b1dfa8545cb53a3bb337f5ff3879727a75524dfc9c9" },
        { "commonsense_qa", "c33499edce4f9c68e4ceb8e3d1416c548a776fc41e559b99686005d273c17762" },
        { "copa", "c17ccb392f338a773776a198f3070a912a5601d9fcf05b1314f7ca6364ae65bf" },
        { "easy_vqa", "471df68b1ecd7d8e24865e4f6f8328d42798c68b2957230e4d91aa05738a1f10" },
        { "gqa", "bba006eccd013167ca93537a21e9d9f6f3aceda1b9750469e7fe106795e3b27a" },
        { "hallusion_bench", "0b5ef032992e82a394074f8484d448363f759019f6201755f72503d81130d009" },
        { "hellaswag", "440e4cce1a1aad47af7136f44642ca72e2abe0e6ee3830fcaff716c80f0ff421" },
        { "lambada", "c1cc9b703aafa9e23e64f66665b64fc5bb583e1f46daaa754eb74b72272f2181" },
        { "mathvista", "91a824bffbb2fdfb2f33de6376b245778fc86b30ae14c1ee4f3d93fe78e4ebec" },
        { "mmbench", "5ee3233b055cb004e0f0d1fb6e133ba6a2b4e70a50b41ef37ef1636bd8479cae" },
        { "mme", "df26f44a87a9148dc26d88cf89665af08d8ce7f2ad59c9874bba1339a97cddd3" },
        { "mmlu", "496a4dde60d925aa7fcc706c0945c27b13467217281630da0c69b453d650925d" },
        { "mmmu", "f22c32d21cac58a43573122b8a72e56ec76933bb5cce83619a9c34efbeea4373" },
        { "mmstar", "896b88251e90b32ced0afbcf55d3145d96d05b71711875cf7b79c5d1e616682a" },
        { "openbookqa", "5f06145a65b3c37085bd6c21d7eeb8dc6d8f992e5dc585740848583c3a05d25b" },
        { "piqa", "981f6deb4c54af5d6621fc21c4a7d04747239469a903f66c7134f33693210b75" },
        { "pope", "6b6c4a30a666a44be3c0d7a445211d4478bcdef58cf4d3f996cc91c59c86861c" },
        { "race", "bd17d1408a6704c3f712d0d865cde8502fb6d52a09ed9809a6a72afa65bbb2f8" },
        { "scienceqa_img", "1c0999666291c2facc17584928d8c60d7ebba07f63728c57c26b4ad3cdd0dcc7" },
        { "siqa", "d8a64f7c50035aef97590977773033e8d2af39680b92f6cffc8e6224269efe73" },
        { "textvqa", "7b83f7a7219d0276963222353de62a46102155300fc3915c02cb31e75445dabf" },
        { "wikitext", "dab165cfd7c9f264663b792fcb4696829b997279b3fb3b3a5f7c2621455892e8" },
        { "wikitext_unk", "7ccf66470982acc1ac688a4b6f9fb1801090c1e1333e5981ccaafffff91ec629" },
        { "winogrande", "40a607b3d7458f2bc938c91fae5bf7d048fc5cc8f46b03d926c21d5cf19d6cf3" },
    };

    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Folder, "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Hashes))]
    public void A_task_that_became_a_file_asks_the_same(string name, string hash) =>
        Assert.Equal(hash, TaskFile.Hash(KnownTasks.Get(name)));

    [Theory]
    [MemberData(nameof(Names))]
    public void A_built_in_task_is_a_file_that_its_own_copy_equals(string name)
    {
        var file = Path.Combine(Folder, name + ".json");

        Assert.Equal(TaskFile.Write(KnownTasks.Get(name)) + "\n", File.ReadAllText(file));
        Assert.Equal(TaskFile.Hash(KnownTasks.Get(name)), TaskFile.Hash(TaskFile.Read(file)));
    }
}

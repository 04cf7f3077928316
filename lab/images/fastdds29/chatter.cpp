// Copyright (c) 2026, rosfleet contributors
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later
//
// A talker ("talker" in its name) or a listener on the topic of ROS 2's demo nodes, by Fast DDS as Debian 12 has it, until it is
// ended. What it prints is what the lab's other programs print.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <fastcdr/Cdr.h>
#include <fastcdr/FastBuffer.h>
#include <fastdds/dds/domain/DomainParticipant.hpp>
#include <fastdds/dds/domain/DomainParticipantFactory.hpp>
#include <fastdds/dds/publisher/DataWriter.hpp>
#include <fastdds/dds/publisher/Publisher.hpp>
#include <fastdds/dds/subscriber/DataReader.hpp>
#include <fastdds/dds/subscriber/DataReaderListener.hpp>
#include <fastdds/dds/subscriber/SampleInfo.hpp>
#include <fastdds/dds/subscriber/Subscriber.hpp>
#include <fastdds/dds/topic/TopicDataType.hpp>

using namespace eprosima::fastdds::dds;
using eprosima::fastcdr::Cdr;
using eprosima::fastcdr::FastBuffer;
using eprosima::fastrtps::rtps::InstanceHandle_t;
using eprosima::fastrtps::rtps::SerializedPayload_t;

namespace {

constexpr uint32_t kLongest = 1024;

// std_msgs/msg/String under the name that ROS 2 gives it in DDS.
class StringType : public TopicDataType {
 public:
  StringType() {
    setName("std_msgs::msg::dds_::String_");
    m_typeSize = kLongest;
    m_isGetKeyDefined = false;
  }

  bool serialize(void* data, SerializedPayload_t* payload) override {
    FastBuffer buffer(reinterpret_cast<char*>(payload->data), payload->max_size);
    Cdr cdr(buffer, Cdr::DEFAULT_ENDIAN, Cdr::DDS_CDR);
    payload->encapsulation = cdr.endianness() == Cdr::BIG_ENDIANNESS ? CDR_BE : CDR_LE;
    cdr.serialize_encapsulation();
    cdr << *static_cast<std::string*>(data);
    payload->length = static_cast<uint32_t>(cdr.getSerializedDataLength());
    return true;
  }

  bool deserialize(SerializedPayload_t* payload, void* data) override {
    try {
      FastBuffer buffer(reinterpret_cast<char*>(payload->data), payload->length);
      Cdr cdr(buffer, Cdr::DEFAULT_ENDIAN, Cdr::DDS_CDR);
      cdr.read_encapsulation();
      cdr >> *static_cast<std::string*>(data);
    } catch (const eprosima::fastcdr::exception::Exception&) {
      return false;
    }
    return true;
  }

  std::function<uint32_t()> getSerializedSizeProvider(void* data) override {
    return [data]() { return static_cast<uint32_t>(static_cast<std::string*>(data)->size() + 16); };
  }

  void* createData() override { return new std::string(); }
  void deleteData(void* data) override { delete static_cast<std::string*>(data); }
  bool getKey(void*, InstanceHandle_t*, bool) override { return false; }
};

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class Printer : public DataReaderListener {
 public:
  void on_data_available(DataReader* reader) override {
    std::string text;
    SampleInfo info;
    while (reader->take_next_sample(&text, &info) == ReturnCode_t::RETCODE_OK) {
      if (info.valid_data) std::printf("[%.3f] I heard: [%s]\n", now(), text.c_str());
    }
  }
};

}  // namespace

int main(int, char** arguments) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  const char* domain = std::getenv("ROS_DOMAIN_ID");
  auto* participant = DomainParticipantFactory::get_instance()->create_participant(
      domain ? static_cast<uint32_t>(std::atoi(domain)) : 0, PARTICIPANT_QOS_DEFAULT);
  if (!participant) return 1;
  TypeSupport type(new StringType());
  type.register_type(participant);
  auto* topic = participant->create_topic("rt/chatter", type.get_type_name(), TOPIC_QOS_DEFAULT);
  if (std::strstr(arguments[0], "talker")) {
    auto* publisher = participant->create_publisher(PUBLISHER_QOS_DEFAULT);
    auto* writer = publisher->create_datawriter(topic, DATAWRITER_QOS_DEFAULT);
    for (int number = 1;; ++number) {
      std::string text = "Hello World: " + std::to_string(number) + " from Fast DDS 2.9";
      writer->write(&text);
      std::printf("[%.3f] Publishing: [%s]\n", now(), text.c_str());
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
  }
  Printer printer;
  DataReaderQos qos = DATAREADER_QOS_DEFAULT;
  qos.reliability().kind = RELIABLE_RELIABILITY_QOS;
  participant->create_subscriber(SUBSCRIBER_QOS_DEFAULT)->create_datareader(topic, qos, &printer);
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}
